import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import type PrismaTypes from '../generated/pothos-types.ts'
import { getDatamodel } from '../generated/pothos-types.ts'
import './access-plugin.ts'
import './answer-size-plugin.ts'
import './audit-plugin.ts'
import './busy-plugin.ts'
import './filter-plugin.ts'
import { BusyError, ForbiddenError, InvalidInputError } from '../user-errors.ts'
import type { GraphQLContext } from './context.ts'
import { cost } from './support/field-cost.ts'
import { decodeGlobalId, encodeGlobalId, type GlobalId, isNode } from './support/global-ids.ts'
import { maxPageSize, requireAtMost } from './support/keyset-connection.ts'
import { loadContacts } from './support/load-contacts.ts'

interface SchemaTypes {
  Context: GraphQLContext
  PrismaTypes: PrismaTypes
  Scalars: {
    ID: { Input: string; Output: string | number | bigint }
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
  }
  Connection: { totalCount: () => Promise<number> }
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
}

export const builder = new SchemaBuilder<SchemaTypes>({
  // The first plugin is outermost. So the size is that of the final value, and the errors plugin also sees what later
  // plugins throw. The audit log sees arguments with decoded ids, and only calls that access allows.
  plugins: ['answerSize', ErrorsPlugin, 'busy', 'access', 'filters', RelayPlugin, 'audit', PrismaPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    unsafelyHandleInputErrors: true,
    // Any mutation can get invalid input, be called without the necessary rights, or collide with another change.
    defaultTypes: [BusyError, ForbiddenError, InvalidInputError],
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: 'The result, or the reason for the failure.',
    },
  },
  prisma: {
    client: ({ database }) => database.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: false,
    onUnusedQuery: null,
  },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    cursorType: 'String',
    nodesOnConnection: { description: 'Items of the page, in order.' },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'Items of the page with their cursors, in order.',
    },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: { description: 'Cursor of the item, for `after` and `before`.' },
    pageInfoFieldOptions: { description: 'Information about the page.' },
    idFieldOptions: { description: 'Global id.' },
    nodeTypeOptions: { description: 'An object that can be fetched by its global id.' },
    nodeQueryOptions: {
      description:
        'An object by its global id. Null if the workspace has no such object, or if the text is not a valid global id.',
      args: { id: { description: 'Global id.' } },
      resolve: (_root, { id }, _context, { schema }, load) => (isNode(schema, id) ? load(id) : null),
    },
    nodesQueryOptions: {
      description:
        'Objects by their global ids, at most 100, in the given order. Each is null under the same conditions as `node`.',
      args: { ids: { description: 'Global ids.' } },
      resolve: async (_root, args, context, info, load) => {
        const { ids } = args
        requireAtMost(maxPageSize, 'ids', ids)
        // The visibility of a contact cannot be checked by id alone, so contacts are loaded together.
        const isContact = ({ typename }: GlobalId) => typename === 'Contact'
        const contactIds = ids.filter(isContact).map(({ id }) => id)
        const contacts = await loadContacts(contactIds, context, info)
        const others = ids.filter((id) => isNode(info.schema, id) && !isContact(id))
        // `load` ignores its argument and takes the ids from `args`.
        const loaded = await load(Object.assign(args, { ids: others }).ids)
        return ids.map((id) => {
          if (isContact(id)) return contacts.get(id.id) ?? null
          return isNode(info.schema, id) ? loaded.shift() : null
        })
      },
    },
    pageInfoTypeOptions: { description: 'Information about a page.' },
    startCursorFieldOptions: { description: 'Cursor of the first item.' },
    endCursorFieldOptions: { description: 'Cursor of the last item.' },
    hasNextPageFieldOptions: { description: 'True if there are more items after this page.' },
    hasPreviousPageFieldOptions: { description: 'True if there are more items before this page.' },
    firstArgOptions: { description: 'Number of items from the start. Default 20, maximum 100.' },
    lastArgOptions: { description: 'Number of items from the end. Maximum 100.' },
    afterArgOptions: { description: 'Cursor. Returns only items after it.' },
    beforeArgOptions: { description: 'Cursor. Returns only items before it.' },
    defaultConnectionTypeOptions: { description: 'A page of items.' },
    defaultEdgeTypeOptions: { description: 'An item of a page.' },
  },
})

// access-rules.ts defines who may use which field.
builder.queryType({ description: 'Operations that read data. Fields that require an admin say so.' })
builder.mutationType({ description: 'Operations that change data. Expected failures are returned as data.' })
builder.subscriptionType({ description: 'Live updates.' })

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'Number of items on all pages. Selecting it costs a count.',
    extensions: cost({ own: 5 }),
    resolve: ({ totalCount }) => totalCount(),
  }),
)
