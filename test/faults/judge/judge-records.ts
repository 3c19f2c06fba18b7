import type { SteadyStore } from '../stage/steady-store.ts'
import type { LocalContact, Workspace } from '../stage/workspace.ts'
import { type ExpectedContact, readHubSpotSide } from './hubspot-side.ts'

interface ContactRow {
  readonly hubspot_id: string
  readonly external_id: string | null
  readonly state: string
  readonly name: string
  readonly description: string
  readonly custom_fields: Readonly<Record<string, unknown>>
  readonly handles: readonly string[] | null
}

interface ErrorRow {
  readonly object_type: string
  readonly hubspot_id: string
  readonly type: string
  readonly property: string
}

/** Errors for which a record is not synced at all. Other errors are about one of its fields. */
const leavingOut = new Set([
  'MISSING_HANDLE',
  'EMAIL_TAKEN',
  'PHONE_TAKEN',
  'ACCOUNT_NOT_SYNCED',
  'LIMIT_EXCEEDED',
  'UNEXPECTED',
])

export interface RecordsOptions {
  /** HubSpot ids whose values are not compared, because something else is known about them. */
  readonly spared?: ReadonlySet<string>
}

/** I1 to I4: each record of HubSpot is here, or its error is. Nothing here is lost, duplicated, or overwritten. */
export async function judgeRecords(
  store: SteadyStore,
  workspace: Workspace,
  { spared = new Set() }: RecordsOptions = {},
): Promise<string[]> {
  const hubspot = readHubSpotSide(workspace.portal, workspace.source)
  const rows = await readContacts(store, workspace.id)
  const errors = await store.query<ErrorRow>(
    `SELECT object_type::text, hubspot_id::text, type::text, property FROM sync_error
     WHERE workspace_id = $1 AND status = 'OPEN'`,
    [workspace.id],
  )
  const violations: string[] = []
  /** The record that it was merged into may be blocked by an error. Until that is resolved, it stays as it was (B62). */
  const waitsForMerged = (id: string) => {
    const heir = workspace.portal.contact(id)?.id
    return heir !== undefined && heir !== id && errorsOf.get(heir)?.some(({ type }) => leavingOut.has(type)) === true
  }
  const active = new Map(rows.filter(({ state }) => state === 'ACTIVE').map((row) => [row.hubspot_id, row]))
  const errorsOf = new Map<string, ErrorRow[]>()
  for (const error of errors) {
    if (error.object_type !== 'CONTACT') continue
    errorsOf.set(error.hubspot_id, [...(errorsOf.get(error.hubspot_id) ?? []), error])
  }
  for (const expected of hubspot.contacts.values()) {
    const own = errorsOf.get(expected.id) ?? []
    // A record that an error blocks stays as it was, whatever that is.
    if (own.some(({ type }) => leavingOut.has(type))) continue
    const row = active.get(expected.id)
    if (row === undefined) violations.push(`I1: contact ${expected.id} is neither linked nor has an error`)
    else if (!spared.has(expected.id)) violations.push(...differences(expected, row, own, workspace))
  }
  for (const id of active.keys()) {
    if (!hubspot.contacts.has(id) && !waitsForMerged(id))
      violations.push(`I1: contact ${id} is linked and not in scope`)
  }
  for (const id of errorsOf.keys()) {
    if (id !== '0' && !hubspot.contacts.has(id))
      violations.push(`I1: an error is open for contact ${id}, which is not in scope`)
  }
  violations.push(...(await judgeUniqueness(store, workspace.id)))
  violations.push(...(await judgeLocals(store, workspace)))
  return violations
}

async function readContacts(store: SteadyStore, workspaceId: string): Promise<ContactRow[]> {
  return store.query<ContactRow>(
    `SELECT link.hubspot_id::text, contact.external_id, link.state::text, contact.name, contact.description,
       contact.custom_fields,
       (SELECT array_agg(source || ' ' || value) FROM contact_handle AS handle
        WHERE handle.contact_id = contact.id AND handle.from_hubspot) AS handles
     FROM contact JOIN contact_link AS link ON link.contact_id = contact.id
     WHERE contact.workspace_id = $1`,
    [workspaceId],
  )
}

function differences(
  expected: ExpectedContact,
  row: ContactRow,
  errors: readonly ErrorRow[],
  { fieldKeys, locals }: Workspace,
): string[] {
  const found: string[] = []
  const say = (what: string, want: unknown, have: unknown) =>
    found.push(`I1: ${what} of contact ${expected.id} is ${JSON.stringify(have)}, in HubSpot ${JSON.stringify(want)}`)
  if (row.external_id !== expected.id) say('externalId', expected.id, row.external_id)
  if (row.name !== expected.name) say('name', expected.name, row.name)
  if (row.description !== expected.description) say('description', expected.description, row.description)
  for (const [property, want] of expected.fields) {
    if (errors.some((error) => error.type === 'INVALID_VALUE' && error.property === property)) continue
    const have = row.custom_fields[fieldKeys.get(property) ?? ''] ?? null
    const isSame = property === 'customer_since' ? sameTime(have, want) : have === want
    if (want === undefined) say(`${property} (which is not a value, and has no error)`, want, have)
    else if (!isSame) say(property, want, have)
  }
  const handles = new Set(row.handles ?? [])
  const own = new Set(locals.filter(({ isPrivate }) => !isPrivate).map(({ email }) => `EMAIL ${email.toLowerCase()}`))
  for (const handle of expected.handles)
    if (!handles.has(handle) && !own.has(handle)) say('handles', handle, [...handles])
  for (const handle of handles) if (!expected.handles.has(handle)) say('handles', [...expected.handles], handle)
  return found
}

const sameTime = (have: unknown, want: unknown) =>
  have === want || (typeof have === 'string' && typeof want === 'string' && Date.parse(have) === Date.parse(want))

/** I2, and that every row refers to rows that exist. */
async function judgeUniqueness(store: SteadyStore, workspaceId: string): Promise<string[]> {
  const [counts] = await store.query<Record<string, string>>(
    `SELECT
      (SELECT count(*) FROM (SELECT FROM contact WHERE workspace_id = $1 AND external_id IS NOT NULL
        GROUP BY external_id HAVING count(*) > 1) AS doubled) AS "I2: external ids doubled",
      (SELECT count(*) FROM (SELECT FROM contact_handle WHERE workspace_id = $1 AND NOT is_private
        GROUP BY source, value HAVING count(*) > 1) AS doubled) AS "I2: handles doubled",
      (SELECT count(*) FROM contact_handle AS handle WHERE workspace_id = $1
        AND NOT EXISTS (SELECT FROM contact WHERE id = handle.contact_id AND workspace_id = $1)) AS "I2: handles of no contact",
      (SELECT count(*) FROM contact_link AS link WHERE workspace_id = $1
        AND NOT EXISTS (SELECT FROM contact WHERE id = link.contact_id AND workspace_id = $1)) AS "I2: links of no contact",
      (SELECT count(*) FROM (SELECT FROM sync_error WHERE workspace_id = $1 AND status = 'OPEN'
        GROUP BY object_type, hubspot_id, type, property HAVING count(*) > 1) AS doubled) AS "B54: errors doubled",
      (SELECT count(*) FROM contact_deletion WHERE workspace_id = $1) AS "I3: contacts deleted"`,
    [workspaceId],
  )
  return Object.entries(counts ?? {})
    .filter(([, count]) => Number(count) > 0)
    .map(([what, count]) => `${what}: ${count}`)
}

/** I3, I4, and B8: everything that was here before is still here, with its other values. */
async function judgeLocals(store: SteadyStore, { id, locals, noteKey }: Workspace): Promise<string[]> {
  const found: string[] = []
  for (const local of locals) {
    const rows = await store.query<{ name: string; note: string | null; is_linked: boolean }>(
      `SELECT contact.name, contact.custom_fields ->> $4 AS note,
         EXISTS (SELECT FROM contact_link WHERE contact_id = contact.id) AS is_linked
       FROM contact JOIN contact_handle AS handle ON handle.contact_id = contact.id
       WHERE contact.workspace_id = $1 AND lower(handle.value) = lower($2) AND handle.is_private = $3`,
      [id, local.email, local.isPrivate, noteKey],
    )
    const complaint = complaintOf(local, rows)
    if (complaint !== null) found.push(complaint)
  }
  return found
}

function complaintOf(
  { email, note, isPrivate, name }: LocalContact,
  rows: readonly { readonly name: string; readonly note: string | null; readonly is_linked: boolean }[],
): string | null {
  const [row] = rows
  if (row === undefined) return `I3: the contact that had ${email} before the sync is gone`
  if (row.note !== note) return `I4: a local value of ${email} became ${row.note}`
  if (isPrivate && (row.is_linked || row.name !== name)) return `B8: the private contact ${email} was touched`
  return null
}
