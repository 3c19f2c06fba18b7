import { type GraphQLResolveInfo, type OperationDefinitionNode, visit } from 'graphql'

/**
 * Columns that are read only if they are selected, by type: they can be long, or take time to parse. Only the field with the
 * same name reads such a column.
 */
const optionalColumns: Readonly<Record<string, readonly string[]>> = {
  Contact: ['description', 'links', 'customFields', 'createdAt', 'updatedAt'],
  Account: ['description', 'customFields', 'createdAt', 'updatedAt'],
}

/** The part of a Prisma query that omits optional columns that the operation does not select anywhere. */
export function withoutUnasked(
  info: GraphQLResolveInfo,
  typeName: string,
): { readonly omit?: Readonly<Record<string, true>> } {
  const names = optionalColumns[typeName]
  if (names === undefined) return {}
  const asked = askedColumns(info, typeName)
  return {
    omit: Object.fromEntries(names.filter((name) => !asked.includes(name)).map((name) => [name, true as const])),
  }
}

/** The optional columns of a type that the operation selects somewhere. */
export function askedColumns({ operation, fragments }: GraphQLResolveInfo, typeName: string): string[] {
  const asked = askedNames(operation, fragments)
  return (optionalColumns[typeName] ?? []).filter((name) => asked.has(name))
}

/** Keyed by operation, because parsed documents are cached between requests. */
const known = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>()

function askedNames(operation: OperationDefinitionNode, fragments: GraphQLResolveInfo['fragments']) {
  const found = known.get(operation)
  if (found !== undefined) return found
  const names = new Set<string>()
  for (const part of [operation, ...Object.values(fragments)]) {
    visit(part, { Field: ({ name }) => void names.add(name.value) })
  }
  known.set(operation, names)
  return names
}
