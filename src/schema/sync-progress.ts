import type { Progress } from '../sync/runs/progress.ts'
import { builder } from './builder.ts'

export const SyncProgress = builder.objectRef<Progress>('SyncProgress').implement({
  description: 'How far a run is. The six outcomes add up to `processed`, and no count ever falls.',
  fields: (t) => ({
    processed: t.exposeInt('processed', { description: 'Records worked through.' }),
    total: t.exposeInt('total', { nullable: true, description: 'Records to work through; null until it is known.' }),
    created: t.exposeInt('created', { description: 'New here.' }),
    updated: t.exposeInt('updated', { description: 'Known, and changed in HubSpot.' }),
    unchanged: t.exposeInt('unchanged', { description: 'Known, and the same in HubSpot.' }),
    linked: t.exposeInt('linked', { description: 'Were here without a tie to HubSpot, and have one now.' }),
    skipped: t.exposeInt('skipped', { description: 'Left out for an error that somebody can resolve.' }),
    failed: t.exposeInt('failed', { description: 'Left out for an unexpected error.' }),
    ratePerSecond: t.exposeFloat('ratePerSecond', { nullable: true, description: 'Records per second lately.' }),
    etaSeconds: t.exposeFloat('etaSeconds', { nullable: true, description: 'Seconds left at that rate.' }),
  }),
})
