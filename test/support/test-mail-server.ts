import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { openMailer } from '../../src/mail/mailer.ts'
import { cleanUp } from './clean-up.ts'

export interface TestMailServer {
  readonly url: string
  /** The emails that it accepted, in order. */
  readonly mails: ParsedMail[]
  /** Answers every recipient with this code until it is called with null. */
  refuseWith(code: number | null): void
}

export const sender = 'HubSpot sync <sync@example.test>'

/** An SMTP server that keeps the emails that it receives. It ends with the test. */
export async function startTestMailServer(): Promise<TestMailServer> {
  const mails: ParsedMail[] = []
  let refusal: number | null = null
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, callback) => {
      callback(refusal === null ? null : Object.assign(new Error('not here'), { responseCode: refusal }))
    },
    onData: (stream, _session, callback) => {
      void simpleParser(stream).then((mail) => {
        mails.push(mail)
        callback()
      }, callback)
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  cleanUp(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuseWith: (code) => {
      refusal = code
    },
  }
}

/** Sends through that server for as long as the test runs. */
export function openTestMailer({ url }: Pick<TestMailServer, 'url'>) {
  const mailer = openMailer({ smtpUrl: url, from: sender })
  cleanUp(() => mailer.close())
  return mailer
}

/** The recipients' addresses. */
export function recipientsOf({ to }: ParsedMail): string[] {
  return [to ?? []].flat().flatMap(({ value }) => value.map(({ address = '' }) => address))
}
