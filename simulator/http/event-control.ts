import { z } from 'zod'
import type { SimulatorContext } from './context.ts'

const share = z.number().min(0).max(1).optional()
const webhookSettings = z.strictObject({
  targetUrl: z.url().nullable().optional(),
  signedUrl: z.url().nullable().optional(),
  format: z.enum(['contact.*', 'object.*']).optional(),
  batchSize: z.number().int().min(1).max(100).optional(),
  delayMs: z.number().nonnegative().optional(),
  isHeld: z.boolean().optional(),
  duplicateShare: share,
  dropShare: share,
  shuffle: z.boolean().optional(),
  retryDelaysMs: z.array(z.number().nonnegative()).max(10).optional(),
  timeoutMs: z.number().positive().optional(),
})

/** The handlers of `POST /control/webhooks…` and `POST /control/journal…`. */
export const eventControls = ({
  webhooks,
  journal,
}: SimulatorContext): Readonly<Record<string, (body: unknown) => unknown>> => ({
  '/control/webhooks': () => ({ settings: webhooks.settings, counts: webhooks.counts }),
  '/control/webhooks/configure': (body) => {
    const given = Object.entries(webhookSettings.parse(body)).filter(([, value]) => value !== undefined)
    webhooks.configure(Object.fromEntries(given))
  },
  '/control/webhooks/flush': async () => {
    await webhooks.flush()
    return webhooks.counts
  },
  '/control/journal': () => ({ subscriptions: journal.subscriptions, latestOffset: journal.latest()?.offset ?? null }),
  '/control/journal/expire': () => journal.expire(),
})
