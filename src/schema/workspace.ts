import { Plan } from '../generated/prisma/enums.ts'
import { builder } from './builder.ts'

export const PlanType = builder.enumType('Plan', {
  description:
    'The plan of a workspace, lowest first. Each plan includes everything in the plans before it. The sync requires GROWTH or higher.',
  values: Object.values(Plan),
})

export const Workspace = builder.prismaNode('Workspace', {
  description: 'A tenant. It holds contacts, accounts, and the sync that keeps them up to date.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, AND: { id: viewer.workspaceId } }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the workspace.' }),
    plan: t.expose('plan', { type: PlanType, description: 'Plan of the workspace.' }),
    contactLimit: t.exposeInt('contactLimit', { description: 'Maximum number of synced contacts.' }),
  }),
})
