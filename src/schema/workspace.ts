import { Plan } from '../generated/prisma/enums.ts'
import { builder } from './builder.ts'

export const PlanType = builder.enumType('Plan', {
  description: 'In rising order: each plan includes everything of the ones before it. The sync needs GROWTH or above.',
  values: Object.values(Plan),
})

export const Workspace = builder.prismaNode('Workspace', {
  description: 'Holds contacts, accounts and the sync that feeds them.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, AND: { id: viewer.workspaceId } }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the workspace.' }),
    plan: t.expose('plan', { type: PlanType, description: 'The plan it is on.' }),
    contactLimit: t.exposeInt('contactLimit', { description: 'How many synced contacts it may hold.' }),
  }),
})
