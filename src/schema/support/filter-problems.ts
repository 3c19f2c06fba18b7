import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  Kind,
  type ValueNode,
} from 'graphql'
import type { InputProblem } from '../../user-errors.ts'

/** True if the argument narrows what a field returns or a mutation changes. */
export function isFilter({ type }: Pick<GraphQLArgument, 'type'>): boolean {
  return getNamedType(type).name.endsWith('Filter')
}

interface Given {
  readonly value: unknown
  /** The literal in the document. Undefined inside the value of a variable. */
  readonly node: ValueNode | undefined
  /** The variables that have a value. */
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * Finds parts of a filter that are probably unintended: null, a condition without operators, and a variable without a value.
 * Each would match everything, so a client that forgets a value would read or change far more than intended. Fields for
 * which null has a meaning of its own have a default.
 */
export function filterProblems({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>, given: Given): InputProblem[] {
  const problems: InputProblem[] = []

  const visit = (at: readonly string[], expected: GraphQLInputType, value: unknown, node: ValueNode | undefined) => {
    const type = getNullableType(expected)
    if (isListType(type)) {
      if (!Array.isArray(value)) return
      // A single value in the document stands for a list with one item.
      const items = node?.kind === Kind.LIST ? node.values : [node]
      for (const [index, item] of value.entries()) visit([...at, String(index)], type.ofType, item, items[index])
    } else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
      visitFields(at, type, value as Readonly<Record<string, unknown>>, node)
    }
  }

  const visitFields = (
    at: readonly string[],
    type: GraphQLInputObjectType,
    values: Readonly<Record<string, unknown>>,
    node: ValueNode | undefined,
  ) => {
    const stated = new Map(
      node?.kind === Kind.OBJECT ? node.fields.map((field) => [field.name.value, field.value]) : [],
    )
    const before = problems.length
    let isEmpty = true
    for (const field of Object.values(type.getFields())) {
      const path = [...at, field.name]
      const value = values[field.name]
      const fieldNode = stated.get(field.name)
      const forgotten = fieldNode?.kind === Kind.VARIABLE && !(fieldNode.name.value in given.variables)
      if (forgotten && field.defaultValue === undefined) {
        const message = `The variable $${fieldNode.name.value} has no value. Give it one, or omit "${field.name}".`
        problems.push({ path, message })
      } else if (value === null && field.defaultValue === undefined) {
        problems.push({ path, message: nullMessage(type, field) })
      } else if (value !== undefined) {
        if (!isRequiredInputField(field)) isEmpty = false
        visit(path, field.type, value, fieldNode)
      }
    }
    // A whole filter may be empty, which means no filter at all. Operators may not.
    const isWhole = at.length === 1 || 'and' in type.getFields()
    if (isEmpty && !isWhole && problems.length === before) {
      problems.push({ path: at, message: `"${at.at(-1)}" needs at least one condition. Add one, or omit it.` })
    }
  }

  visit([name], type, given.value, given.node)
  return problems
}

/** Says what to write instead of null. */
function nullMessage(parent: GraphQLInputObjectType, { name, type }: GraphQLInputField): string {
  const inner = getNamedType(type)
  if ('isNull' in parent.getFields()) return `"${name}" cannot be null. Use "isNull: true" to match a missing value.`
  if (isInputObjectType(inner) && 'isNull' in inner.getFields()) {
    return `"${name}" cannot be null. Use "${name}: { isNull: true }" to match a missing value.`
  }
  return `"${name}" cannot be null. Omit it to leave it open.`
}
