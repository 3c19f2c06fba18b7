import { builder } from './builder.ts'

export const User = builder.prismaNode('User', {
  description: 'A teammate, or a machine user.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, organizationId: viewer.organizationId }),
  fields: (t) => ({
    email: t.string({
      description: 'Email address. Empty for a machine user.',
      resolve: ({ email }) => email ?? '',
    }),
    name: t.exposeString('name', { description: 'Name. Empty if unknown.' }),
    isMachine: t.exposeBoolean('isMachine', {
      description: 'True for a machine user: a program that has API tokens and cannot log in.',
    }),
  }),
})
