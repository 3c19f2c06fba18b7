import { createTransport } from 'nodemailer'
import type { MailEnvironment } from '../config/environment.ts'

export interface Mail {
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The part of the Message-ID before the @. An email that is sent again is the same message to its recipient. */
  readonly id: string
}

export interface Mailer {
  /**
   * Resolves when the server has accepted the email. Throws MailRefusedError, or an error that may be temporary. Settles
   * within 90 seconds.
   */
  send(mail: Mail): Promise<void>
  /** Emails that are being sent fail. */
  close(): void
}

/** The server does not accept emails for this address: trying again cannot help. */
export class MailRefusedError extends Error {
  override name = 'MailRefusedError'
}

const SECOND = 1_000
const longestSendMs = 90 * SECOND

/** Sends by SMTP. Connects when there is something to send. */
export function openMailer({ smtpUrl, from }: MailEnvironment): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 1,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // A pooled connection that breaks while idle is replaced for the next email.
  transport.on('error', () => {})
  const host = /@([^\s<>]+)>?$/.exec(from)?.[1] ?? 'localhost'
  return {
    send: async ({ id, ...mail }) => {
      const sending = transport.sendMail({ ...mail, from, messageId: `<${id}@${host}>`, headers: automatic })
      try {
        await within(longestSendMs, sending)
      } catch (error) {
        throw isRefusal(error) ? new MailRefusedError(String(error), { cause: error }) : error
      }
    },
    close: () => transport.close(),
  }
}

/** Prevents out-of-office replies (RFC 3834). */
const automatic = { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' }

/** A 5xx about the recipient. An operator can still fix anything else, such as the server's own log-in. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  return code === 'EENVELOPE' && typeof responseCode === 'number' && responseCode >= 500
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the mail server took longer than ${ms / SECOND} seconds`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
