import { findBudget } from '../connection/portal-budget.ts'
import type { HubSpotBudget } from '../generated/prisma/client.ts'
import { builder } from './builder.ts'
import { HubSpotConnection } from './hubspot-connection.ts'

const HubSpotBudgetType = builder.objectRef<HubSpotBudget>('HubSpotBudget').implement({
  description: 'What HubSpot last said of the calls that this app may make in the portal; null where it said nothing.',
  fields: (t) => ({
    limit: t.exposeInt('limitPerInterval', { nullable: true, description: 'Calls per interval.' }),
    intervalSeconds: t.float({
      nullable: true,
      description: 'Length of the interval, usually ten seconds.',
      resolve: ({ intervalMs }) => (intervalMs === null ? null : intervalMs / 1000),
    }),
    remaining: t.exposeInt('remaining', { nullable: true, description: 'Calls that were left in it.' }),
    dailyLimit: t.exposeInt('dailyLimit', {
      nullable: true,
      description: "Calls per day of the portal's time zone, shared by all of the customer's tools.",
    }),
    dailyRemaining: t.exposeInt('dailyRemaining', { nullable: true, description: 'Calls that were left of them.' }),
    seenAt: t.expose('seenAt', { type: 'DateTime', description: 'When HubSpot said so.' }),
  }),
})

builder.objectField(HubSpotConnection, 'budget', (t) =>
  t.field({
    type: HubSpotBudgetType,
    nullable: true,
    description: "What is left of the portal's limits, as last seen; null before the first call.",
    resolve: ({ portalId }, _args, { database }) => findBudget(database, portalId),
  }),
)
