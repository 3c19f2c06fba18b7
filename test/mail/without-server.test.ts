import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startMailSender } from '../../src/sync/mail/mail-sender.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { waitFor } from '../support/wait-for.ts'
import { createMailedSync, faulty } from './mailed-sync.ts'

it('B55: a worker without SMTP_URL says once that it sends no emails', async () => {
  const sync = await createMailedSync(faulty)
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) })
  const mails = startMailSender({ ...sync.mail, mailer: null, log })
  for (let runs = 0; runs < 3; runs++) {
    await sync.sync()
    mails.wake()
  }

  await waitFor(async () => (await sync.database.prisma.runMail.count({ where: { status: 'DROPPED' } })) === 3)
  await mails.stop()

  expect(lines.filter((line) => line.includes('SMTP_URL'))).toHaveLength(1)
  expect(sync.server.mails).toEqual([])
})

it('B55: the URL in emails answers browsers, with or without a front end', async () => {
  const { url } = await startTestApi()

  const page = await fetch(url, { headers: { accept: 'text/html' } })

  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<html')
})
