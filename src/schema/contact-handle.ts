import { builder } from './builder.ts'

export const HandleSourceEnum = builder.enumType('HandleSource', {
  description: 'The type of a handle.',
  values: {
    EMAIL: { description: 'An email address, in lowercase.' },
    PHONE: { description: 'A phone number, in E.164 format if it is valid.' },
  },
})

builder.prismaObject('ContactHandle', {
  name: 'ContactHandle',
  description: 'An email address or phone number of a contact. No two shared contacts have the same handle.',
  fields: (t) => ({
    source: t.expose('source', { type: HandleSourceEnum, description: 'Type of the handle.' }),
    value: t.exposeString('value', { description: 'Email address or phone number, in normalized form.' }),
  }),
})

export const HandleInput = builder.inputType('HandleInput', {
  description: 'A handle, in any notation.',
  fields: (t) => ({
    source: t.field({ type: HandleSourceEnum, required: true, description: 'Type of the handle.' }),
    value: t.string({ required: true, description: 'Email address or phone number, in any notation.' }),
  }),
})
