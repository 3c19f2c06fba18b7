import { expect, it } from 'vitest'
import { inTransaction } from '../../src/database/database.ts'
import type { RunScope } from '../../src/generated/prisma/enums.ts'
import { noteRunMail } from '../../src/sync/mail/note-run-mail.ts'
import { sendRunMails } from '../../src/sync/mail/send-run-mails.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { createUser } from '../../src/workspaces/manage-users.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { recipientsOf } from '../support/test-mail-server.ts'
import { createMailedSync, faulty, type MailedSync } from './mailed-sync.ts'

const DAY = 24 * 3_600_000
const clean = [{ firstname: 'Ada', email: 'ada@example.test' }]

const recipients = ({ server }: MailedSync) => server.mails.flatMap(recipientsOf)

async function addAdmin({ database, viewer }: MailedSync, email: string) {
  const { userId } = await createUser(database, { workspaceId: viewer.workspaceId, email, role: 'WORKSPACE_ADMIN' })
  return { ...viewer, userId }
}

it('B55: a run without errors gets no email', async () => {
  const sync = await createMailedSync(clean)
  expect((await sync.sync()).status).toBe('COMPLETED')

  await sync.sendMails()

  expect(sync.server.mails).toEqual([])
})

it.each<RunScope>(['PREVIEW', 'RECORDS'])('B55: a run of scope %s gets no email', async (scope) => {
  const sync = await createMailedSync(clean)
  const { workspaceId, userId } = sync.viewer
  const data = { status: 'COMPLETED_WITH_ERRORS', triggeredById: userId } as const
  const [silent, told] = [
    await storeRun(sync.database, workspaceId, { ...data, scope }),
    await storeRun(sync.database, workspaceId, { ...data, scope: 'ALL' }),
  ]
  for (const run of [silent, told]) {
    await inTransaction(sync.database.pool, (client) => noteRunMail(client, run, 'ENDED', sync.context.now()))
  }

  expect(await sync.database.prisma.runMail.findMany({ select: { runId: true } })).toEqual([{ runId: told.id }])
})

it('B55: the email about an automatic run goes to the admin who last edited or started the sync', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()
  await sync.sendMails()
  const editor = await addAdmin(sync, 'editor@example.test')
  await updateSyncSettings(sync.context, editor, { defaultPhoneRegion: 'DE' })
  sync.advance(DAY)

  await sync.syncBySchedule()
  await sync.sendMails()

  expect(recipients(sync)).toEqual([sync.adminEmail, 'editor@example.test'])
  expect(sync.server.mails[1]?.text).not.toContain('you started')
})

it('B55: the email about a manual run goes to whoever started it, even if others edit in the meantime', async () => {
  const sync = await createMailedSync(faulty)
  const editor = await addAdmin(sync, 'editor@example.test')
  await sync.sync()
  await updateSyncSettings(sync.context, editor, { defaultPhoneRegion: 'DE' })

  await sync.sendMails()

  expect(recipients(sync)).toEqual([sync.adminEmail])
})

it.each([
  ['left the workspace', (sync: MailedSync) => sync.database.prisma.membership.deleteMany()],
  [
    'is an admin no more',
    (sync: MailedSync) => sync.database.prisma.membership.updateMany({ data: { role: 'MEMBER' } }),
  ],
])('B55 B20: an admin who %s gets no email', async (_why, loseAccess) => {
  const sync = await createMailedSync(faulty)
  await sync.sync()
  await loseAccess(sync)

  await sync.sendMails()

  expect(sync.server.mails).toEqual([])
  expect(await sync.database.prisma.runMail.findMany()).toMatchObject([{ status: 'DROPPED' }])
})

it('B55: a run that waits for a decision is reported once', async () => {
  const many = Array.from({ length: 30 }, (_, number) => ({
    firstname: `P${number}`,
    email: `p${number}@example.test`,
  }))
  const sync = await createMailedSync(many)
  await sync.sync()
  const portal = sync.simulator.portal()
  portal.putList({ listId: '42', members: [] })

  const held = await sync.sync()
  expect(held.status).toBe('PAUSED')
  await sync.sendMails()
  await sync.sendMails()

  expect(sync.server.mails.map(({ subject }) => subject)).toEqual(['HubSpot sync of Test needs your decision'])
  expect(sync.server.mails[0]?.text).toContain('30 of 30 synced contacts')
})

it('B55: without a mail server, no email is kept for later', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()

  await sendRunMails({ ...sync.mail, mailer: null })
  await sync.sendMails()

  expect(sync.server.mails).toEqual([])
})
