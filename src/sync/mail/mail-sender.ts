import { setTimeout as sleep } from 'node:timers/promises'
import { type MailContext, sendRunMails } from './send-run-mails.ts'

const lastChanceMs = 10_000

export interface MailSender {
  /** Sends due emails soon, without waiting for it: a slow mail server must not delay a run. */
  wake(): void
  /**
   * Starts no further emails, and gives the current one ten seconds. If that is not enough, another worker sends it
   * again.
   */
  stop(): Promise<void>
}

/** Sends emails about runs, one at a time. */
export function startMailSender(context: MailContext): MailSender {
  const stopping = new AbortController()
  let sending: Promise<void> | null = null
  let isWanted = false
  const sendAll = async () => {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false
      await sendRunMails(context, stopping.signal).catch((error: unknown) => {
        context.log.error({ err: error }, 'looking for mails to send failed and will be tried again')
      })
    }
    sending = null
  }
  if (context.mailer === null) context.log.warn('SMTP_URL is not set: no mails about runs with errors are sent')
  return {
    wake: () => {
      isWanted = true
      sending ??= sendAll()
    },
    stop: async () => {
      stopping.abort()
      await Promise.race([sending, sleep(lastChanceMs, undefined, { ref: false })])
      context.mailer?.close()
    },
  }
}
