import type { Viewer } from '../auth/viewer.ts'
import { findPhoneRegion } from '../contacts/contact-handles.ts'
import type { ContactRow } from '../contacts/contact-parts.ts'
import { readContacts } from '../contacts/read-contacts.ts'
import type { Database } from '../database/database.ts'
import type { CustomField } from '../generated/prisma/client.ts'
import type { ContactFilter } from '../search/contact-filter.ts'
import { findPage, type Place } from '../search/find-page.ts'
import { selectContacts } from '../search/select-records.ts'
import type { Cell } from './csv.ts'
import { type ExportedTable, globalId } from './exported-table.ts'

const rowsAtOnce = 200

/** The contacts that the viewer can see (B7, B8) and that match the filter, in order of creation. Throws InvalidInputError. */
export async function openContacts(
  database: Database,
  viewer: Viewer,
  filter: ContactFilter,
): Promise<ExportedTable<ExportedContact>> {
  const { workspaceId } = viewer
  const fields = await database.prisma.customField.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } })
  const ofType = (objectType: string) => fields.filter((field) => field.objectType === objectType)
  const selection = selectContacts(viewer, filter, {
    contact: ofType('CONTACT'),
    account: ofType('ACCOUNT'),
    phoneRegion: await findPhoneRegion(database.pool, workspaceId),
  })
  const ownFields = ofType('CONTACT')
  return {
    columns: [...columns, ...ownFields.map(({ key }) => `customFields.${key}`)],
    toCells: (contact) => cellsOf(contact, ownFields),
    async *pages() {
      let after: Place | undefined
      const order = { field: 'ID', isDescending: false } as const
      for (;;) {
        const page = { order, after, before: undefined, size: rowsAtOnce, fromEnd: false }
        const places = await findPage(database.pool, selection, page)
        after = places.at(-1)
        if (after === undefined) return
        yield await readPage(database, viewer, places, ownFields)
      }
    },
  }
}

interface ExportedContact {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly avatarUrl: string | null
  readonly isPrivate: boolean
  readonly handles: readonly { readonly source: string; readonly value: string }[]
  readonly links: readonly string[]
  readonly account: { readonly id: string; readonly name: string } | null
  readonly customFields: Readonly<Record<string, unknown>>
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

async function readPage(
  { pool }: Database,
  viewer: Viewer,
  places: readonly Place[],
  fields: readonly CustomField[],
): Promise<ExportedContact[]> {
  const ids = places.map(({ id }) => id)
  const parts = {
    columns: ['description', 'links', 'customFields', 'createdAt', 'updatedAt'],
    handles: true,
    link: false,
    account: null,
  } as const
  const contacts = await readContacts(pool, viewer, { by: 'id', values: ids }, parts)
  const accounts = await pool.query<{ id: string; name: string }>(
    'SELECT id, name FROM account WHERE workspace_id = $1 AND id = ANY ($2::uuid[])',
    [viewer.workspaceId, contacts.flatMap(({ accountId }) => accountId ?? [])],
  )
  const names = new Map(accounts.rows.map(({ id, name }) => [id, name]))
  const byId = new Map(contacts.map((contact) => [contact.id, contact]))
  // A contact that was deleted since the page was found is left out.
  return ids.flatMap((id) => {
    const contact = byId.get(id)
    return contact === undefined ? [] : [exported(contact, names, fields)]
  })
}

function exported(contact: ContactRow, accountNames: ReadonlyMap<string, string>, fields: readonly CustomField[]) {
  const { accountId } = contact
  const accountName = accountId === null ? undefined : accountNames.get(accountId)
  const values = contact.customFields as Record<string, unknown>
  return {
    id: globalId('Contact', contact.id),
    externalId: contact.externalId,
    name: contact.name,
    description: contact.description ?? '',
    avatarUrl: contact.avatarUrl,
    isPrivate: contact.privateOwnerId !== null,
    handles: (contact.handles ?? []).map(({ source, value }) => ({ source, value })),
    links: contact.links ?? [],
    account:
      accountId === null || accountName === undefined
        ? null
        : { id: globalId('Account', accountId), name: accountName },
    customFields: Object.fromEntries(fields.map(({ key }) => [key, Object.hasOwn(values, key) ? values[key] : null])),
    createdAt: contact.createdAt?.toISOString() ?? null,
    updatedAt: contact.updatedAt?.toISOString() ?? null,
  }
}

const columns = [
  'id',
  'externalId',
  'name',
  'description',
  'avatarUrl',
  'isPrivate',
  'emails',
  'phones',
  'links',
  'account',
  'accountId',
  'createdAt',
  'updatedAt',
]

/** Several values of a cell are separated by spaces, which none of them contains. */
function cellsOf(contact: ExportedContact, fields: readonly CustomField[]): Cell[] {
  const handles = (of: string) =>
    contact.handles.flatMap(({ source, value }) => (source === of ? [value] : [])).join(' ')
  return [
    contact.id,
    contact.externalId,
    contact.name,
    contact.description,
    contact.avatarUrl,
    contact.isPrivate,
    handles('EMAIL'),
    handles('PHONE'),
    contact.links.join(' '),
    contact.account?.name ?? null,
    contact.account?.id ?? null,
    contact.createdAt,
    contact.updatedAt,
    ...fields.map(({ key }) => cellOf(contact.customFields[key])),
  ]
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value)
}
