import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'
import { requireStorable } from './storable-text.ts'

builder.scalarType('DateTime', {
  description: 'A point in time in ISO 8601 with an offset, such as 2026-11-23T09:30:00.000Z.',
  serialize: (moment) => moment.toISOString(),
  parseValue: (value) => {
    const isIso =
      typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    const moment = new Date(isIso ? value : Number.NaN)
    if (Number.isNaN(moment.getTime()))
      throw new GraphQLError('A DateTime is ISO 8601 with an offset, such as 2026-11-23T09:30:00.000Z.')
    // With an offset, the year in UTC can be another one. PostgreSQL does not read ISO 8601 beyond these.
    const year = moment.getUTCFullYear()
    if (year < 1 || year > 9_999) throw new GraphQLError('A DateTime is in one of the years 0001 to 9999, in UTC.')
    return moment
  },
})

builder.scalarType('JSON', {
  description: 'A JSON value. The type of the custom field determines its form.',
  serialize: (value) => value,
  parseValue: requireStorable,
})
