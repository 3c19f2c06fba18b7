import { type Freshness, findFreshness } from '../sync/live/freshness.ts'
import { builder } from './builder.ts'
import { SyncSettingsType } from './sync-settings.ts'

const FreshnessType = builder.objectRef<Freshness>('Freshness').implement({
  description:
    'How far the workspace is behind HubSpot, judged by the changes that HubSpot reported. See `liveUpdates`.',
  fields: (t) => ({
    backlog: t.exposeInt('backlog', {
      description: 'Number of records that HubSpot reported as changed and that are not synced yet.',
    }),
    behindSeconds: t.float({
      description: 'Age of the oldest change that is not synced yet, in seconds. 0 if there is none.',
      resolve: ({ behindSince }, _args, { sync }) =>
        behindSince === null ? 0 : Math.max(0, sync.now().getTime() - behindSince.getTime()) / 1000,
    }),
    lagSeconds: t.float({
      nullable: true,
      description:
        'Delay of the last applied change, in seconds: from the change in HubSpot to its arrival here. Null before the first change.',
      resolve: ({ lastLagMs }) => (lastLagMs === null ? null : lastLagMs / 1000),
    }),
    lastAppliedAt: t.expose('lastAppliedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the last applied change arrived here. Null before the first change.',
    }),
    lastEventAt: t.expose('lastEventAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which HubSpot last reported a change. Null before the first change.',
    }),
  }),
})

builder.objectField(SyncSettingsType, 'freshness', (t) =>
  t.field({
    type: FreshnessType,
    description: 'How far the workspace is behind HubSpot.',
    resolve: ({ workspaceId }, _args, { database }) => findFreshness(database, workspaceId),
  }),
)
