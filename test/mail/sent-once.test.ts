import { expect, it } from 'vitest'
import { startMailSender } from '../../src/sync/mail/mail-sender.ts'
import { sendRunMails } from '../../src/sync/mail/send-run-mails.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { openTestMailer } from '../support/test-mail-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { createMailedSync, faulty, type MailedSync } from './mailed-sync.ts'

const MINUTE = 60_000

const stored = ({ database }: MailedSync) => database.prisma.runMail.findFirstOrThrow()

it('B55: however often the finishing job is repeated and however many workers send, there is one email', async () => {
  const sync = await createMailedSync(faulty)
  const { id: runId, workspaceId } = await sync.sync()
  for (let again = 0; again < 3; again++) {
    await workOnRun(sync.context, { workspaceId, runId }, new AbortController().signal)
  }

  await Promise.all(Array.from({ length: 5 }, () => sync.sendMails()))
  await sync.sendMails()

  expect(sync.server.mails).toHaveLength(1)
  expect(await stored(sync)).toMatchObject({ status: 'SENT', attempts: 1 })
})

it('B55: if a worker dies between sending and recording, the same message is sent again', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()
  const { mailer } = sync.mail
  const dying = {
    ...sync.mail,
    mailer: {
      send: async (mail: Parameters<NonNullable<typeof mailer>['send']>[0]) => {
        await mailer?.send(mail)
        await sync.database.pool.query(
          `ALTER TABLE run_mail ADD CONSTRAINT dead CHECK (status <> 'SENT' AND note IS NULL)`,
        )
      },
      close: () => {},
    },
  }
  await expect(sendRunMails(dying)).rejects.toThrow('dead')
  await sync.database.pool.query('ALTER TABLE run_mail DROP CONSTRAINT dead')

  await sync.sendMails()
  expect(sync.server.mails).toHaveLength(1)
  sync.advance(5 * MINUTE)
  await sync.sendMails()

  expect(sync.server.mails).toHaveLength(2)
  const [first, second] = sync.server.mails
  expect(first?.messageId).toMatch(/^<run-ended-[0-9a-f-]+@example\.test>$/)
  expect(second?.messageId).toBe(first?.messageId)
  expect(second?.text).toBe(first?.text)
})

it('B55: an unavailable mail server fails no run, and the email is sent when it is back', async () => {
  const sync = await createMailedSync(faulty)
  const away = { ...sync.mail, mailer: openTestMailer({ url: 'smtp://127.0.0.1:9' }) }
  const run = await sync.sync()
  await sendRunMails(away)
  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' })
  expect(await stored(sync)).toMatchObject({ status: 'PENDING', attempts: 1 })

  await sync.sendMails()
  expect(sync.server.mails).toHaveLength(0)
  sync.advance(MINUTE)
  await sync.sendMails()

  expect(sync.server.mails).toHaveLength(1)
})

it('B55: a recipient that the server refuses temporarily is tried again; one that it refuses permanently is not', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()
  sync.server.refuseWith(450)
  await sync.sendMails()
  expect(await stored(sync)).toMatchObject({ status: 'PENDING', attempts: 1, note: expect.stringContaining('450') })

  sync.server.refuseWith(550)
  sync.advance(10 * MINUTE)
  await sync.sendMails()

  expect(await stored(sync)).toMatchObject({ status: 'DROPPED', attempts: 2 })
})

it('B55: an email that could not be sent for days is dropped', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()
  sync.server.refuseWith(450)
  let attempts = 0
  for (; (await stored(sync)).status === 'PENDING' && attempts < 200; attempts++) {
    await sync.sendMails()
    sync.advance(60 * MINUTE)
  }

  expect(attempts).toBeGreaterThan(70)
  expect(attempts).toBeLessThan(80)
})

it("B55: a worker's mail sender sends when it is woken, and stops when it is told to", async () => {
  const sync = await createMailedSync(faulty)
  const mails = startMailSender(sync.mail)
  await sync.sync()

  mails.wake()
  mails.wake()

  await waitFor(() => sync.server.mails.length > 0)
  await mails.stop()
  expect(sync.server.mails).toHaveLength(1)
})
