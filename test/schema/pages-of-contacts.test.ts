import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordOrder } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'
import { plainText } from '../support/plain-text.ts'
import { runs } from '../support/runs.ts'

const Page = graphql(`
  query PageInOrder($first: Int, $after: String, $last: Int, $before: String, $orderBy: RecordOrder) {
    contacts(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: { name: { contains: "a" } }) {
      nodes { id name }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`)

const api = await startTestApi()
const readPage = (args: object, token: string) => api.post(Page, args, { token })

const names = fc.string({ unit: fc.constantFrom('a', 'B', 'c', 'ä', ' '), minLength: 1, maxLength: 3 })
const order = fc.record({
  field: fc.constantFrom('ID', 'CREATED_AT', 'UPDATED_AT', 'NAME'),
  direction: fc.constantFrom('ASC', 'DESC'),
}) satisfies fc.Arbitrary<RecordOrder>
/** Changes between two pages: contacts are added, and contacts are deleted by their index. */
const disturbance = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), name: names }),
  fc.record({ kind: fc.constant('delete' as const), place: fc.nat(30) }),
)

test('B5: no remaining contact is skipped or repeated, whatever is added and removed between pages, in any order and direction', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        names: fc.array(names, { maxLength: 12 }),
        order,
        isForward: fc.boolean(),
        size: fc.integer({ min: 1, max: 4 }),
        between: fc.array(fc.array(disturbance, { maxLength: 3 }), { maxLength: 6 }),
      }),
      async ({ names, order, isForward, size, between }) => {
        const { workspaceId, token } = await api.createWorkspace()
        const { prisma } = api.database
        for (const name of names) await storeContact(api.database, workspaceId, { name })
        const idsOfA = async () => {
          const rows = await prisma.contact.findMany({ where: { workspaceId } })
          return rows.filter(({ name }) => plainText(name).includes('a')).map(({ id }) => id)
        }
        const atFirst = await idsOfA()
        const told: { id: string; name: string }[] = []
        let cursor: string | null = null

        for (let turn = 0; ; turn++) {
          const args: object = isForward ? { first: size, after: cursor } : { last: size, before: cursor }
          const { data, errors } = await readPage({ ...args, orderBy: order }, token)
          expect(errors).toEqual([])
          if (!data) throw new Error('no page')
          const { nodes, pageInfo } = data.contacts
          told.push(...(isForward ? nodes : [...nodes].reverse()))
          if (!(isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break
          cursor = (isForward ? pageInfo.endCursor : pageInfo.startCursor) ?? null
          for (const change of between[turn] ?? []) {
            if (change.kind === 'create') {
              await storeContact(api.database, workspaceId, { name: change.name })
              continue
            }
            const [gone] = await prisma.contact.findMany({
              where: { workspaceId },
              orderBy: { id: 'asc' },
              skip: change.place,
              take: 1,
            })
            if (gone) await prisma.contact.delete({ where: { id: gone.id } })
          }
        }

        const toldIds = told.map(({ id }) => Buffer.from(id, 'base64').toString().split(':')[1] ?? '')
        expect(new Set(toldIds).size).toBe(toldIds.length)
        const stayed = new Set(await idsOfA())
        expect(toldIds).toEqual(expect.arrayContaining(atFirst.filter((id) => stayed.has(id))))
        if (order.field === 'NAME') {
          const isRising = (order.direction === 'ASC') === isForward
          const plain = told.map(({ name }) => plainText(name))
          const sorted = [...plain].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
          expect(plain).toEqual(isRising ? sorted : sorted.reverse())
        }
      },
    ),
    { numRuns: runs(30, 600) },
  )
})

test.for<RecordOrder>([
  { field: 'ID' },
  { field: 'CREATED_AT', direction: 'DESC' },
  { field: 'UPDATED_AT', direction: 'ASC' },
  { field: 'NAME', direction: 'DESC' },
])(
  'B5: contacts are sorted correctly in the order %j, and its cursors are rejected in any other order',
  async (orderBy) => {
    const { workspaceId, token } = await api.createWorkspace()
    const [a, b] = [
      await storeContact(api.database, workspaceId, { name: 'a' }),
      await storeContact(api.database, workspaceId, { name: 'Ba' }),
    ]
    await storeContact(api.database, workspaceId, { name: 'ca' })
    await api.database.pool.query('UPDATE contact SET updated_at = change_time() WHERE id = $1', [a])
    await api.database.pool.query('UPDATE contact SET updated_at = change_time() WHERE id = $1', [b])
    const expected = { ID: 'a Ba ca', CREATED_AT: 'ca Ba a', UPDATED_AT: 'ca a Ba', NAME: 'ca Ba a' }[orderBy.field]

    const { data } = await api.post(Page, { first: 5, orderBy }, { token })
    const after = data?.contacts.pageInfo.startCursor
    const other = orderBy.field === 'NAME' ? 'UPDATED_AT' : 'NAME'
    const { errors } = await api.post(Page, { first: 5, after, orderBy: { field: other } }, { token })

    expect(data?.contacts.nodes.map(({ name }) => name).join(' ')).toBe(expected)
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', problems: [{ path: ['after'] }] } }])
  },
)
