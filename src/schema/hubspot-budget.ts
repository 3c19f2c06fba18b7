import { findBudget } from '../connection/portal-budget.ts'
import type { HubSpotBudget } from '../generated/prisma/client.ts'
import { builder } from './builder.ts'
import { HubSpotConnection } from './hubspot-connection.ts'

const HubSpotBudgetType = builder.objectRef<HubSpotBudget>('HubSpotBudget').implement({
  description:
    'The number of calls that HubSpot allows this app to make to the portal, as last reported. A value is null if HubSpot did not report it.',
  fields: (t) => ({
    limit: t.exposeInt('limitPerInterval', { nullable: true, description: 'Maximum number of calls per interval.' }),
    intervalSeconds: t.float({
      nullable: true,
      description: 'Length of the interval in seconds, usually 10.',
      resolve: ({ intervalMs }) => (intervalMs === null ? null : intervalMs / 1000),
    }),
    remaining: t.exposeInt('remaining', { nullable: true, description: 'Calls that were left in the interval.' }),
    dailyLimit: t.exposeInt('dailyLimit', {
      nullable: true,
      description: "Maximum number of calls per day, in the portal's time zone. All of the customer's apps share it.",
    }),
    dailyRemaining: t.exposeInt('dailyRemaining', { nullable: true, description: 'Calls that were left for the day.' }),
    seenAt: t.expose('seenAt', { type: 'DateTime', description: 'Time at which HubSpot reported these numbers.' }),
  }),
})

builder.objectField(HubSpotConnection, 'budget', (t) =>
  t.field({
    type: HubSpotBudgetType,
    nullable: true,
    description: 'Remaining HubSpot calls as last reported. Null before the first call.',
    resolve: ({ portalId }, _args, { database }) => findBudget(database, portalId),
  }),
)
