import type { Simulator } from '../../simulator/index.ts'
import { type MailContext, sendRunMails } from '../../src/sync/mail/send-run-mails.ts'
import { startDueRuns } from '../../src/sync/runs/start-due-runs.ts'
import { openTestMailer, startTestMailServer, type TestMailServer } from '../support/test-mail-server.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

export const settingsUrl = 'https://sync.example.test'

export interface MailedSync extends TestSync {
  readonly simulator: Simulator
  readonly server: TestMailServer
  readonly mail: MailContext
  readonly adminEmail: string
  advance(ms: number): void
  /** What a worker does at every tick and after every run. */
  sendMails(): Promise<void>
  /** Processes the due automatic run to its end. */
  syncBySchedule(): Promise<void>
}

/** A list sync with its own clock, the given contacts, and a mail server. */
export async function createMailedSync(contacts: readonly Record<string, string>[]): Promise<MailedSync> {
  let at = Date.now()
  const now = () => new Date(at)
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }], clock: () => at })
  const portal = simulator.portal()
  for (const properties of contacts) portal.putContact({ properties })
  portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator, now })
  await setUpListSync(sync, '42', [
    { property: 'email', target: 'EMAIL' },
    { property: 'firstname', target: 'NAME' },
  ])
  const { email } = await sync.database.prisma.user.findFirstOrThrow()
  const server = await startTestMailServer()
  const mail = { ...sync.context, mailer: openTestMailer(server), settingsUrl }
  return {
    ...sync,
    simulator,
    server,
    mail,
    adminEmail: email ?? '',
    advance: (ms) => {
      at += ms
    },
    sendMails: () => sendRunMails(mail),
    syncBySchedule: async () => {
      await startDueRuns(sync.context)
      await sync.workOff()
    },
  }
}

/** Three without an email, and two who share one. */
export const faulty: readonly Record<string, string>[] = [
  { firstname: '<b>Ada</b> & Co', email: 'shared@example.test' },
  { firstname: 'Grace', email: 'shared@example.test' },
  { firstname: 'Nameless 1' },
  { firstname: 'Nameless 2' },
  { firstname: 'Nameless 3' },
]
