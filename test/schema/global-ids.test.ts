import { getNamedType, isInterfaceType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'

test('B2: a field named id is the global id of a node, so that caches can use it as a key', () => {
  const wrong: string[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    const field = type.name.startsWith('__') ? undefined : type.getFields().id
    if (field === undefined || type.name === 'Node') continue
    const isNode = type.getInterfaces().some(({ name }) => name === 'Node')
    if (!isNode || String(field.type) !== 'ID!') wrong.push(`${type.name}.id: ${field.type}`)
  }

  expect(wrong).toEqual([])
})

test('B2: objects that belong to a viewer or a workspace are nodes as well', () => {
  const node = schema.getType('Node')
  const nodes = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : []

  expect(nodes).toEqual(expect.arrayContaining(['SyncSettings', 'HubSpotConnection', 'Viewer']))
})

test('B2: each mutation returns its own payload object, and null only next to an error', () => {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {})
  expect(fields.length).toBeGreaterThan(20)
  for (const { name, type } of fields) {
    const payload = `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`
    const result = getNamedType(type)
    expect(String(type), name).not.toMatch(/!$/)
    expect(schema.getType(payload), name).toBeDefined()
    expect('getTypes' in result ? result.getTypes().map((member) => member.name) : [], name).toContain(payload)
  }
})
