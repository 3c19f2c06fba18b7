import type { Progress } from '../sync/runs/progress.ts'
import { builder } from './builder.ts'

export const SyncProgress = builder.objectRef<Progress>('SyncProgress').implement({
  description: 'The progress of a run. The six outcomes add up to `processed`. No count ever decreases.',
  fields: (t) => ({
    processed: t.exposeInt('processed', { description: 'Number of processed records.' }),
    total: t.exposeInt('total', {
      nullable: true,
      description: 'Number of records to process. Null until it is known.',
    }),
    created: t.exposeInt('created', { description: 'Number of new records.' }),
    updated: t.exposeInt('updated', { description: 'Number of linked records that were updated.' }),
    unchanged: t.exposeInt('unchanged', { description: 'Number of linked records that were up to date.' }),
    linked: t.exposeInt('linked', { description: 'Number of existing records that were linked to HubSpot.' }),
    skipped: t.exposeInt('skipped', {
      description: 'Number of records that were skipped because of an error that can be resolved.',
    }),
    failed: t.exposeInt('failed', {
      description: 'Number of records that were skipped because of an unexpected error.',
    }),
    ratePerSecond: t.exposeFloat('ratePerSecond', {
      nullable: true,
      description:
        'Number of records per second: measured recently, and after the end the average over the time that workers spent on the run. Null before the first records, and while the run waits.',
    }),
    etaSeconds: t.exposeFloat('etaSeconds', {
      nullable: true,
      description: 'Estimated number of seconds left. Null if unknown, and after the end.',
    }),
  }),
})
