import { describe, expect, it } from 'vitest'
import { eitherKind, givenEither } from '../support/either-kind.ts'

describe.each(eitherKind)('labels of records that become a %s', (objectType) => {
  const odd = [
    ['a label that is null', { label: null, value: 'c3' }],
    ['no label', { value: 'c3' }],
    ['a blank label', { label: ' ', value: 'c3' }],
    ['a label that is an object', { label: { text: 'Churned' }, value: 'c3' }],
    ['no value', { label: 'Churned' }],
    ['a value that is null', { label: 'Churned', value: null }],
    ['nothing', null],
  ] as const
  it.each(odd)('B34: if one of several options has %s, only that option has no label', async (_, option) => {
    const { portal, hubspotType, sync, put, setUp, mapped, stored } = await givenEither(objectType)
    const options = [{ label: 'Lead', value: 'a1' }, option, { label: 'Customer', value: 'b2' }]
    portal.putProperty(hubspotType, { name: 'stage', type: 'enumeration', fieldType: 'select', options })
    const records = ['a1', 'b2', 'c3'].map((stage) => put({ stage }))
    const field = await mapped('stage', 'STRING')
    await setUp([field])

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })

    const labels = await Promise.all(records.map(async (id) => (await stored(id)).customFields))
    expect(labels).toEqual(['Lead', 'Customer', 'c3'].map((label) => ({ [field.customField]: label })))
  })

  it('B34: numbers and booleans as labels or values of options are read as written', async () => {
    const { portal, hubspotType, sync, put, setUp, mapped, stored } = await givenEither(objectType)
    const options = [
      { label: 2024, value: 'a1' },
      { label: 'Yes', value: true },
      { label: 'One', value: 1 },
    ]
    portal.putProperty(hubspotType, { name: 'stage', type: 'enumeration', fieldType: 'radio', options })
    const records = ['a1', 'true', '1'].map((stage) => put({ stage }))
    const field = await mapped('stage', 'STRING')
    await setUp([field])

    await sync.sync()

    const labels = await Promise.all(records.map(async (id) => (await stored(id)).customFields))
    expect(labels).toEqual(['2024', 'Yes', 'One'].map((label) => ({ [field.customField]: label })))
  })

  it.each([
    ['select', 'A and B', 'a;b'],
    ['radio', 'A and B', 'a;b'],
    ['checkbox', 'A, B', undefined],
  ])('B34: of a %s, "a;b" reads as %s', async (fieldType, label, option) => {
    const { portal, hubspotType, sync, put, setUp, mapped, stored, errors } = await givenEither(objectType)
    const options = ['A', 'B', 'A and B'].map((text) => ({
      label: text,
      value: text.toLowerCase().replace(' and ', ';'),
    }))
    portal.putProperty(hubspotType, { name: 'stage', type: 'enumeration', fieldType, options })
    const id = put({ stage: 'a;b' })
    const [text, choice] = [await mapped('stage', 'STRING'), await mapped('stage', 'ENUM', ['a;b'])]
    await setUp([text, choice])

    await sync.sync()

    expect((await stored(id)).customFields).toEqual({
      [text.customField]: label,
      ...(option && { [choice.customField]: option }),
    })
    expect(await errors()).toHaveLength(option ? 0 : 1)
  })

  it('B34: a bool with options becomes its label in a text, and stays a boolean in a boolean', async () => {
    const { portal, hubspotType, sync, put, setUp, mapped, stored } = await givenEither(objectType)
    const options = [
      { label: 'Yes, please', value: 'true' },
      { label: 'No', value: 'false' },
    ]
    portal.putProperty(hubspotType, { name: 'opt_in', type: 'bool', options })
    const records = ['true', 'false'].map((opt_in) => put({ opt_in }))
    const [text, flag] = [await mapped('opt_in', 'STRING'), await mapped('opt_in', 'BOOLEAN')]
    await setUp([text, flag])

    await sync.sync()

    const values = await Promise.all(records.map(async (id) => (await stored(id)).customFields))
    expect(values).toEqual([
      { [text.customField]: 'Yes, please', [flag.customField]: true },
      { [text.customField]: 'No', [flag.customField]: false },
    ])
  })

  it('B34: epoch 0 is a date', async () => {
    const { portal, hubspotType, sync, put, setUp, mapped, stored, errors } = await givenEither(objectType)
    portal.putProperty(hubspotType, { name: 'since', type: 'date' })
    const records = ['0', '1970-01-01'].map((since) => put({ since }))
    const field = await mapped('since', 'DATETIME')
    await setUp([field])

    await sync.sync()

    const values = await Promise.all(records.map(async (id) => (await stored(id)).customFields))
    expect(values).toEqual(Array(2).fill({ [field.customField]: '1970-01-01T00:00:00.000Z' }))
    expect(await errors()).toEqual([])
  })
})
