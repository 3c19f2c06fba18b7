import { type GraphQLNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'

test('everything in the schema has a description', () => {
  const bare: string[] = []
  const check = (name: string, description: string | null | undefined) => {
    if (!description) bare.push(name)
  }
  for (const type of Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))) {
    check(type.name, type.description)
    for (const part of partsOf(type)) check(`${type.name}.${part.name}`, part.description)
  }

  expect(bare.filter((name) => !isBuiltIn(name))).toEqual([])
})

function partsOf(type: GraphQLNamedType): { name: string; description?: string | null }[] {
  if (isEnumType(type)) return type.name === 'Plan' ? [] : [...type.getValues()]
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) return Object.values(type.getFields())
  return []
}

function isBuiltIn(name: string): boolean {
  return ['ID', 'Int', 'Float', 'String', 'Boolean'].includes(name)
}
