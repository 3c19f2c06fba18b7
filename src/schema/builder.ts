import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import type PrismaTypes from '../generated/pothos-types.ts'
import { getDatamodel } from '../generated/pothos-types.ts'
import './access-plugin.ts'
import './answer-size-plugin.ts'
import './busy-plugin.ts'
import './filter-plugin.ts'
import { BusyError, ForbiddenError, InvalidInputError } from '../user-errors.ts'
import type { GraphQLContext } from './context.ts'
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
  // What comes first is outermost: the size is that of the value in the end, and the errors plugin also sees what the plugins
  // after it throw.
  plugins: ['answerSize', ErrorsPlugin, 'busy', 'access', 'filters', RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    unsafelyHandleInputErrors: true,
    // Whatever a mutation is given can be wrong, whoever calls it may lack the right, and it may meet another change.
    defaultTypes: [BusyError, ForbiddenError, InvalidInputError],
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: 'The result, or the reason why there is none.',
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
    nodesOnConnection: { description: 'The page without its edges, in order.' },
    edgesFieldOptions: { nullable: { list: false, items: false }, description: 'The page, in order.' },
    nodeFieldOptions: { description: 'What the edge leads to.' },
    cursorFieldOptions: { description: 'Position of the edge, for `after` and `before`.' },
    pageInfoFieldOptions: { description: 'Whether there is more, and from where.' },
    idFieldOptions: { description: 'Global id.' },
    nodeTypeOptions: { description: 'Something that can be fetched by its global id alone.' },
    nodeQueryOptions: {
      description:
        'Any object by its global id. Null if the workspace holds no such object, or if the text is not an id.',
      args: { id: { description: 'Global id.' } },
      resolve: (_root, { id }, _context, { schema }, load) => (isNode(schema, id) ? load(id) : null),
    },
    nodesQueryOptions: {
      description: 'Objects by their global ids, at most 100, in the given order, each as `node` returns it.',
      args: { ids: { description: 'Global ids.' } },
      resolve: async (_root, args, context, info, load) => {
        const { ids } = args
        requireAtMost(maxPageSize, 'ids', ids)
        // Whether a contact may be seen cannot be asked by its id alone, so they are not loaded one by one.
        const isContact = ({ typename }: GlobalId) => typename === 'Contact'
        const contactIds = ids.filter(isContact).map(({ id }) => id)
        const contacts = await loadContacts(contactIds, context, info)
        const others = ids.filter((id) => isNode(info.schema, id) && !isContact(id))
        // `load` takes the ids from the arguments, whatever it is given.
        const loaded = await load(Object.assign(args, { ids: others }).ids)
        return ids.map((id) => {
          if (isContact(id)) return contacts.get(id.id) ?? null
          return isNode(info.schema, id) ? loaded.shift() : null
        })
      },
    },
    pageInfoTypeOptions: { description: 'Where a page of a connection stands.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge.' },
    hasNextPageFieldOptions: { description: 'Whether there is more after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there is more before this page.' },
    firstArgOptions: { description: 'How many from the beginning, at most 100; 20 unless said.' },
    lastArgOptions: { description: 'How many from the end, at most 100.' },
    afterArgOptions: { description: 'Only what follows this cursor.' },
    beforeArgOptions: { description: 'Only what precedes this cursor.' },
    defaultConnectionTypeOptions: { description: 'One page.' },
    defaultEdgeTypeOptions: { description: 'One place in a page.' },
  },
})

// Who may what stands in access-rules.ts.
builder.queryType({ description: 'What a member of the workspace can read.' })
builder.mutationType({ description: 'What can be changed. Expected failures are data.' })
builder.subscriptionType({ description: 'What can be followed live.' })

builder.globalConnectionField('totalCount', (t) =>
  t.int({ description: 'How many there are in all pages; costs a count.', resolve: ({ totalCount }) => totalCount() }),
)
