import { builder } from './builder.ts'

export const HandleSourceEnum = builder.enumType('HandleSource', {
  description: 'What kind of address a handle is.',
  values: {
    EMAIL: { description: 'E-mail address, lower-case.' },
    PHONE: { description: 'Phone number, in E.164 where it is a valid number.' },
  },
})

builder.prismaObject('ContactHandle', {
  name: 'ContactHandle',
  description: 'An address that a contact is reached by. Among shared contacts it belongs to one.',
  fields: (t) => ({
    source: t.expose('source', { type: HandleSourceEnum, description: 'What kind of address it is.' }),
    value: t.exposeString('value', { description: 'The address in its normal form.' }),
  }),
})

export const HandleInput = builder.inputType('HandleInput', {
  description: 'A handle in any notation.',
  fields: (t) => ({
    source: t.field({ type: HandleSourceEnum, required: true, description: 'What kind of address it is.' }),
    value: t.string({ required: true, description: 'The address; compared in its normal form.' }),
  }),
})
