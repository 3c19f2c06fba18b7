import { expect, test } from 'vitest'
import type { CustomField } from '../../src/generated/prisma/client.ts'
import { CustomFieldType, type ObjectType } from '../../src/generated/prisma/enums.ts'
import type { HubSpotProperty } from '../../src/hubspot/portal.ts'
import { type MappingInput, mappingProblems } from '../../src/sync/settings/mapping-rules.ts'

const property = (name: string, type: string, more: Partial<HubSpotProperty> = {}): HubSpotProperty => ({
  name,
  label: name,
  type,
  fieldType: 'text',
  options: [],
  referencedObjectType: null,
  archived: false,
  ...more,
})

const properties = [
  ...['string', 'number', 'bool', 'date', 'datetime', 'enumeration', 'phone_number', 'json'].map((type) =>
    property(type, type),
  ),
  property('other', 'string'),
  property('third', 'string'),
  property('gone', 'string', { archived: true }),
  property('owner', 'enumeration', { referencedObjectType: 'OWNER' }),
  property('checkbox', 'enumeration', { fieldType: 'booleancheckbox' }),
]

const customFields = Object.values(CustomFieldType).map(
  (type): CustomField => ({
    id: type,
    workspaceId: 'workspace',
    objectType: 'CONTACT',
    key: type.toLowerCase(),
    name: type,
    type,
    options: [],
    createdAt: new Date(0),
  }),
)

const check = (mappings: MappingInput[], objectType: ObjectType = 'CONTACT') =>
  mappingProblems(mappings, { objectType, properties, customFields })

test('B32: which types of properties can feed which fields', () => {
  const fed = (mapping: Omit<MappingInput, 'property'>, objectType?: ObjectType) =>
    properties
      .filter(({ name, archived }) => !archived && check([{ property: name, ...mapping }], objectType).length === 0)
      .map(({ name }) => name)
      .filter((name) => !['other', 'third'].includes(name))
      .join(' ')
  const custom = (customField: string) => fed({ target: 'CUSTOM_FIELD', customField })
  const anyText = 'string number bool date datetime enumeration phone_number owner checkbox'

  expect({
    NAME: fed({ target: 'NAME' }),
    FIRST_NAME: fed({ target: 'FIRST_NAME' }),
    LAST_NAME: fed({ target: 'LAST_NAME' }),
    DESCRIPTION: fed({ target: 'DESCRIPTION' }),
    EMAIL: fed({ target: 'EMAIL' }),
    PHONE: fed({ target: 'PHONE' }),
    LINK: fed({ target: 'LINK' }),
    DOMAIN: fed({ target: 'DOMAIN' }, 'ACCOUNT'),
    string: custom('string'),
    number: custom('number'),
    boolean: custom('boolean'),
    datetime: custom('datetime'),
    enum: custom('enum'),
    teammate: custom('teammate'),
  }).toEqual({
    NAME: anyText,
    FIRST_NAME: anyText,
    LAST_NAME: anyText,
    DESCRIPTION: anyText,
    EMAIL: 'string',
    PHONE: 'string number phone_number',
    LINK: 'string',
    DOMAIN: 'string',
    string: anyText,
    number: 'number',
    boolean: 'bool checkbox',
    datetime: 'date datetime',
    enum: 'enumeration owner checkbox',
    teammate: 'string owner',
  })
})

test('B32: an error about a mapping names both types', () => {
  const [problem] = check([{ property: 'date', target: 'CUSTOM_FIELD', customField: 'number' }])

  expect(problem?.message).toContain('"date" of type date')
  expect(problem?.message).toContain('"number" of type NUMBER')
})

test.for<[why: string, mappings: MappingInput[], wrong: string[]]>([
  ['no mapping at all', [], []],
  ['a property that HubSpot does not have', [{ property: 'nonsense', target: 'NAME' }], ['mappings.0.property']],
  ['a property that HubSpot archived', [{ property: 'gone', target: 'NAME' }], ['mappings.0.property']],
  ['a field of accounts', [{ property: 'string', target: 'DOMAIN' }], ['mappings.0.target']],
  [
    'a custom field that does not exist',
    [{ property: 'string', target: 'CUSTOM_FIELD', customField: 'nonsense' }],
    ['mappings.0.customField'],
  ],
  ['a custom field that is not named', [{ property: 'string', target: 'CUSTOM_FIELD' }], ['mappings.0.customField']],
  [
    'a custom field beside another target',
    [{ property: 'string', target: 'NAME', customField: 'string' }],
    ['mappings.0.customField'],
  ],
  [
    'B31: first and last name',
    [
      { property: 'string', target: 'FIRST_NAME' },
      { property: 'other', target: 'LAST_NAME' },
    ],
    [],
  ],
  [
    'B33: two first names',
    [
      { property: 'string', target: 'FIRST_NAME' },
      { property: 'other', target: 'FIRST_NAME' },
    ],
    ['mappings.1.target'],
  ],
  [
    'B33: a whole name and a last name',
    [
      { property: 'string', target: 'LAST_NAME' },
      { property: 'other', target: 'NAME' },
    ],
    ['mappings.1.target'],
  ],
  [
    'B33: two properties on one custom field',
    [
      { property: 'string', target: 'CUSTOM_FIELD', customField: 'string' },
      { property: 'other', target: 'CUSTOM_FIELD', customField: 'string' },
    ],
    ['mappings.1.target'],
  ],
  [
    'B33: several properties on handles and links',
    [
      { property: 'string', target: 'EMAIL' },
      { property: 'other', target: 'EMAIL' },
      { property: 'string', target: 'PHONE' },
      { property: 'other', target: 'PHONE' },
      { property: 'string', target: 'LINK' },
      { property: 'other', target: 'LINK' },
    ],
    [],
  ],
  [
    'one property on several fields',
    [
      { property: 'string', target: 'NAME' },
      { property: 'string', target: 'DESCRIPTION' },
    ],
    [],
  ],
  [
    'one property on one field twice',
    [
      { property: 'string', target: 'EMAIL' },
      { property: 'string', target: 'EMAIL' },
    ],
    ['mappings.1.target'],
  ],
  [
    'several mistakes',
    [
      { property: 'json', target: 'NAME' },
      { property: 'nonsense', target: 'NAME' },
      { property: 'third', target: 'DESCRIPTION' },
    ],
    ['mappings.0.target', 'mappings.1.property', 'mappings.1.target'],
  ],
])('%s', ([_why, mappings, wrong]) => {
  expect(check(mappings).map(({ path }) => path.join('.'))).toEqual(wrong)
})

test('B65: accounts have no handles and no parts of a name', () => {
  const targets = ['EMAIL', 'PHONE', 'LINK', 'FIRST_NAME', 'LAST_NAME'] as const

  for (const target of targets) {
    expect(check([{ property: 'string', target }], 'ACCOUNT')).toMatchObject([{ path: ['mappings', '0', 'target'] }])
  }
  expect(check([{ property: 'string', target: 'NAME' }], 'ACCOUNT')).toEqual([])
})
