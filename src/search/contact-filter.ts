import { normaliseHandle } from '../contacts/handles.ts'
import type { HandleSource } from '../generated/prisma/enums.ts'
import { dropInvisible } from '../records/text-rules.ts'
import {
  type AccountFilter,
  accountCondition,
  type FilterFields,
  type RecordFilter,
  recordConditions,
} from './account-filter.ts'
import type { FilterReader, Path } from './filter-reader.ts'
import { allOf } from './sql-writer.ts'
import { type BooleanFilter, type TextFilter, textCondition } from './value-filters.ts'

type Maybe<T> = T | null | undefined

export interface HandleFilter {
  readonly source?: Maybe<HandleSource>
  /** Compared in normalised form (B49). */
  readonly value?: Maybe<TextFilter>
}

export interface ContactFilter extends RecordFilter<ContactFilter> {
  readonly avatarUrl?: Maybe<TextFilter>
  readonly isPrivate?: Maybe<BooleanFilter>
  /** Matches at least one of its links. */
  readonly link?: Maybe<TextFilter>
  /** Matches at least one of its handles. */
  readonly handle?: Maybe<HandleFilter>
  readonly hasHandle?: Maybe<boolean>
  /** Matches the account that the contact belongs to. */
  readonly account?: Maybe<AccountFilter>
  readonly hasAccount?: Maybe<boolean>
}

export interface ContactFilterContext extends FilterFields {
  /** Region for phone numbers without a country code. */
  readonly phoneRegion: string
}

/** Returns the filter as an SQL condition on the table `contact`. */
export function contactCondition(
  reader: FilterReader,
  path: Path,
  filter: ContactFilter,
  context: ContactFilterContext,
  depth = 1,
): string {
  if (!reader.mayNest(path, depth)) return 'false'
  const nested = (at: Path, inner: ContactFilter) => contactCondition(reader, at, inner, context, depth + 1)
  const conditions = recordConditions(reader, path, 'contact', filter, context.contact, nested)
  if (filter.avatarUrl != null) {
    conditions.push(textCondition(reader, [...path, 'avatarUrl'], 'contact.avatar_url', filter.avatarUrl))
  }
  if (filter.isPrivate?.eq != null) {
    reader.count(path)
    conditions.push(`(contact.private_owner_id IS NOT NULL) = ${reader.value(filter.isPrivate.eq)}`)
  }
  if (filter.link != null) {
    const link = textCondition(reader, [...path, 'link'], 'link', filter.link)
    conditions.push(`EXISTS (SELECT FROM unnest(contact.links) AS link WHERE ${link})`)
  }
  if (filter.handle != null) conditions.push(handleCondition(reader, [...path, 'handle'], filter.handle, context))
  if (filter.hasHandle != null) {
    reader.count(path)
    const has = 'EXISTS (SELECT FROM contact_handle WHERE contact_id = contact.id)'
    conditions.push(filter.hasHandle ? has : `NOT ${has}`)
  }
  if (filter.account != null) {
    const account = accountCondition(reader, [...path, 'account'], filter.account, context, depth + 1)
    conditions.push(
      `EXISTS (SELECT FROM account WHERE account.id = contact.account_id
         AND account.workspace_id = ${reader.value(reader.workspaceId)} AND (${account}))`,
    )
  }
  if (filter.hasAccount != null) {
    reader.count(path)
    conditions.push(`(contact.account_id IS NOT NULL) = ${reader.value(filter.hasAccount)}`)
  }
  return allOf(conditions)
}

function handleCondition(
  reader: FilterReader,
  path: Path,
  { source, value }: HandleFilter,
  { phoneRegion }: ContactFilterContext,
): string {
  if (source != null) reader.count(path)
  // Lists the sources even if any will do, because the indexes on handles start with the source.
  const sources = source == null ? ['EMAIL', 'PHONE'] : [source]
  const conditions = [`source = ANY (${reader.value(sources)}::handle_source[])`]
  const { eq, in: among, ...others } = value ?? {}
  conditions.push(textCondition(reader, [...path, 'value'], 'value', visibleParts(others), { isAddress: true }))
  const exact = [
    ...(eq == null ? [] : [{ at: ['eq'], texts: [eq] }]),
    ...(among == null ? [] : [{ at: ['in'], texts: among }]),
  ]
  for (const { at, texts } of exact) {
    reader.count(path)
    const checked = reader
      .list([...path, 'value', ...at], texts)
      .map((text) => reader.text([...path, 'value', ...at], text))
    conditions.push(`value = ANY (${reader.value(checked.flatMap((text) => normalForms(text, source, phoneRegion)))})`)
  }
  const found = `SELECT contact_id FROM contact_handle
    WHERE workspace_id = ${reader.value(reader.workspaceId)} AND ${allOf(conditions)}`
  if (exact.length === 0) return `EXISTS (${found} AND contact_id = contact.id)`
  // Few contacts have exactly this handle, so they are looked up first, through the two indexes on handles.
  return `contact.id = ANY (ARRAY (${found} AND NOT is_private UNION ALL ${found} AND is_private))`
}

/**
 * The forms in which the handle may be stored. More than one if the source is not given, none if the text is not a handle.
 */
function normalForms(text: string, source: Maybe<HandleSource>, phoneRegion: string): string[] {
  const sources: readonly HandleSource[] = source == null ? ['EMAIL', 'PHONE'] : [source]
  return sources.map((kind) => normaliseHandle(kind, text, phoneRegion)).filter((form) => form !== null)
}

/** Stored handles contain no invisible characters. */
function visibleParts(filter: TextFilter): TextFilter {
  const { contains, startsWith } = filter
  return {
    ...filter,
    contains: contains == null ? contains : dropInvisible(contains),
    startsWith: startsWith == null ? startsWith : dropInvisible(startsWith),
  }
}
