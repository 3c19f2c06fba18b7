import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import type { AccessRule } from '../../auth/permissions.ts'
import { accessRules } from '../access-rules.ts'

const rootTypes = ['Query', 'Mutation', 'Subscription']

export function isRootType(typeName: string): boolean {
  return rootTypes.includes(typeName)
}

/** The rule of a field: its own, or else that of its type. Undefined if neither is declared. */
export function ruleOf(typeName: string, fieldName: string): AccessRule | undefined {
  const own = accessRules[`${typeName}.${fieldName}`]
  if (own !== undefined || isRootType(typeName)) return own
  return accessRules[typeName] ?? accessRules[onPages(typeName)]
}

/** Returns why the rules are incomplete or out of date. Each problem says what to do. */
export function accessProblems(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  )
  const fields = types.flatMap((type) => Object.keys(type.getFields()).map((name) => [type.name, name] as const))
  const known = new Set([...types.map(({ name }) => name), ...fields.map((names) => names.join('.'))])
  const missing = fields
    .filter(([type, field]) => ruleOf(type, field) === undefined)
    .map(([type, field]) => (isRootType(type) ? `${type}.${field}` : known.has(onPages(type)) ? onPages(type) : type))
  return [
    ...[...new Set(missing)].map(
      (name) => `${name} has no access rule. Add a line '${name}': 'member', 'admin' or 'syncAdmin' to ${home}.`,
    ),
    ...Object.keys(accessRules)
      .filter((name) => !known.has(name))
      .map((name) => `The schema has no ${name}. Remove its line from ${home}.`),
  ]
}

const home = 'src/schema/access-rules.ts'

/** Pages and edges follow the rule of their node's type. */
function onPages(typeName: string): string {
  return typeName.replace(/(Connection|Edge)$/, '')
}
