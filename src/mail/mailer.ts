import { createTransport } from 'nodemailer'
import type { MailEnvironment } from '../config/environment.ts'

export interface Mail {
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The part before the @: the same mail sent again is the same message to whoever gets it. */
  readonly id: string
}

export interface Mailer {
  /** Resolves when the server has taken the mail. Throws MailRefusedError, or what may pass; within 90 seconds. */
  send(mail: Mail): Promise<void>
  /** Mails under way fail. */
  close(): void
}

/** The server does not take mails for this address: trying again cannot help. */
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
  // A pooled connection that breaks while idle is replaced by the next mail.
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

/** Keeps out-of-office replies away (RFC 3834). */
const automatic = { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' }

/** A 5xx on the recipient. On anything else, such as the server's own log-in, an operator can still do something. */
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
