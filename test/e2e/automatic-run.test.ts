import { expect, it } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { eachBroker } from '../support/test-broker.ts'
import { recipientsOf, sender, startTestMailServer } from '../support/test-mail-server.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

eachBroker('two worker processes', (kind) => {
  it('B9 B13 B55: start a due run once, by themselves, and email its errors once', async () => {
    const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
    simulator.portal().putContact({ properties: { firstname: 'Nameless' } })
    simulator.portal().putList({ listId: '42', members: 'all-contacts' })
    const sync = await createTestSync({ simulator })
    await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
    const { prisma } = sync.database
    const { workspaceId, userId: lastTouchedById } = sync.viewer
    const yesterday = new Date(Date.now() - 24 * 3_600_000)
    await prisma.syncSettings.update({
      where: { workspaceId },
      data: { activatedAt: yesterday, nextRunAt: new Date(), lastTouchedById },
    })
    const mailServer = await startTestMailServer()
    const env = {
      ...(await createProcessEnvironment(sync.database, kind)),
      HUBSPOT_API_URL: simulator.url,
      HUBSPOT_API_VERSION: 'v3',
      ENCRYPTION_KEYS: sync.encryptionKeys,
      SMTP_URL: mailServer.url,
      MAIL_FROM: sender,
    }

    const workers = await Promise.all([startProcess('work', env), startProcess('work', env)])
    for (const worker of workers) cleanUp(() => worker.stop())

    await waitFor(() => mailServer.mails.length > 0, { timeoutMs: 60_000 })
    expect(mailServer.mails.flatMap(recipientsOf)).toEqual([(await prisma.user.findFirstOrThrow()).email])
    expect(await prisma.syncRun.findMany()).toMatchObject([
      { trigger: 'SCHEDULED', triggeredById: null, status: 'COMPLETED_WITH_ERRORS' },
    ])
    const { nextRunAt } = await prisma.syncSettings.findFirstOrThrow()
    expect(nextRunAt?.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    // Both were stopped in good order, so neither is still sending an email.
    await Promise.all(workers.map((worker) => worker.stop()))
    expect(mailServer.mails).toHaveLength(1)
  })
})
