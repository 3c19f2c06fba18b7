import { type Freshness, findFreshness } from '../sync/live/freshness.ts'
import { builder } from './builder.ts'
import { SyncSettingsType } from './sync-settings.ts'

const FreshnessType = builder.objectRef<Freshness>('Freshness').implement({
  description: 'How far the store is behind HubSpot, as far as HubSpot has told; see liveUpdates.',
  fields: (t) => ({
    backlog: t.exposeInt('backlog', { description: 'Records that HubSpot told of and that are not synced yet.' }),
    behindSeconds: t.float({
      description: 'Age of the oldest change that is not synced yet, in seconds; 0 where there is none.',
      resolve: ({ behindSince }, _args, { sync }) =>
        behindSince === null ? 0 : Math.max(0, sync.now().getTime() - behindSince.getTime()) / 1000,
    }),
    lagSeconds: t.float({
      nullable: true,
      description: 'How long after it happened in HubSpot the last change was in the store; null before the first.',
      resolve: ({ lastLagMs }) => (lastLagMs === null ? null : lastLagMs / 1000),
    }),
    lastAppliedAt: t.expose('lastAppliedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When that was; null before the first.',
    }),
    lastEventAt: t.expose('lastEventAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When HubSpot last told of a change; null before the first.',
    }),
  }),
})

builder.objectField(SyncSettingsType, 'freshness', (t) =>
  t.field({
    type: FreshnessType,
    description: 'How far the store is behind HubSpot.',
    resolve: ({ workspaceId }, _args, { database }) => findFreshness(database, workspaceId),
  }),
)
