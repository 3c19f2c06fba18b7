import { builder } from './builder.ts'

export const User = builder.prismaNode('User', {
  description: 'A teammate.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, organizationId: viewer.organizationId }),
  fields: (t) => ({
    email: t.exposeString('email', { description: 'Email address.' }),
    name: t.exposeString('name', { description: 'Name. Empty if unknown.' }),
  }),
})
