import {
  type ContactList,
  type Member,
  memberCount,
  memberSince,
  membersById,
  membersByJoinTime,
} from '../portal/contact-list.ts'
import { isoTime } from '../portal/crm-record.ts'
import type { RecordStore } from '../portal/record-store.ts'
import { type Answer, json } from './answer.ts'
import { type ApiCall, type ApiRoute, DATED_VERSIONS } from './api-route.ts'
import * as input from './call-input.ts'
import { notFound } from './hubspot-problem.ts'
import { borderOf, isWithheld, unnamedFailure } from './odd-shapes.ts'
import { withParameter } from './with-parameter.ts'

const MEMBERS_MAX = 250
const RECORDS_MAX = 100
const SEARCH_MAX = 500
const USER_ID = '5709857'

const listJson = (list: ContactList) => ({
  listId: list.listId,
  listVersion: list.version,
  createdAt: isoTime(list.createdAt),
  updatedAt: isoTime(list.updatedAt),
  filtersUpdatedAt: isoTime(list.updatedAt),
  ...(list.deletedAt !== null && { deletedAt: isoTime(list.deletedAt) }),
  processingStatus: list.processingStatus,
  createdById: USER_ID,
  updatedById: USER_ID,
  processingType: list.processingType,
  objectTypeId: list.objectTypeId,
  name: list.name,
})

const permissionsJson = {
  listPermissions: { teamsWithEditAccess: [], usersWithEditAccess: [] },
  membershipSettings: { membershipTeamId: null, includeUnassigned: null },
}

const storeOf = ({ portal }: ApiCall, list: ContactList): RecordStore =>
  portal.world.records[list.objectTypeId === '0-2' ? 'companies' : 'contacts']

const listIn = ({ portal, params }: ApiCall): ContactList => {
  const list = portal.world.lists.get(params.listId ?? '')
  if (!list) throw notFound(`List does not exist with ID ${params.listId}.`)
  return list
}

/** A deleted list is still found by its id, and only by that. */
const getById = (call: ApiCall): Answer => json({ list: { ...listJson(listIn(call)), ...permissionsJson } })

const getMany = ({ portal, query }: ApiCall): Answer => {
  const lists = input.listIn(query, 'listIds').flatMap((id) => portal.world.lists.get(id) ?? [])
  const found = lists.filter(({ deletedAt }) => deletedAt === null)
  return json({ lists: found.map((list) => ({ ...listJson(list), ...permissionsJson })) })
}

const search = (call: ApiCall): Answer => {
  const body = input.objectBody(call.body ?? {})
  const offset = Number(body.offset ?? 0)
  const count = input.limitOf(body.count as number | undefined, 20, SEARCH_MAX)
  const wants = {
    text: String(body.query ?? '')
      .trim()
      .toLowerCase(),
    listIds: input.stringsIn(body, 'listIds'),
    types: input.stringsIn(body, 'processingTypes'),
    more: input.stringsIn(body, 'additionalProperties'),
  }
  const found = [...call.portal.world.lists.values()]
    .filter((list) => list.deletedAt === null && list.name.toLowerCase().includes(wants.text))
    .filter(({ objectTypeId }) => !body.objectTypeId || objectTypeId === body.objectTypeId)
    .filter(({ listId }) => wants.listIds.length === 0 || wants.listIds.includes(listId))
    .filter(({ processingType }) => wants.types.length === 0 || wants.types.includes(processingType))
    .sort((a, b) => Number(a.listId) - Number(b.listId))
  const lists = found.slice(offset, offset + count).map((list) => ({
    ...listJson(list),
    additionalProperties: {
      ...(wants.more.includes('hs_list_size') && { hs_list_size: String(memberCount(list, storeOf(call, list))) }),
      ...(wants.more.includes('hs_list_reference_count') && { hs_list_reference_count: '0' }),
    },
  }))
  const end = offset + lists.length
  return json({ offset: end, hasMore: end < found.length, lists, total: found.length })
}

const membersAnswer = (call: ApiCall, page: (list: ContactList, limit: number) => MembersPage): Answer => {
  const list = listIn(call)
  const limit = input.limitOf(input.textIn(call.query, 'limit'), 100, MEMBERS_MAX)
  if (list.deletedAt !== null) {
    if (call.portal.settings.deletedListMemberships === 'empty') return json({ total: 0, results: [] })
    throw notFound(`List does not exist with ID ${list.listId}.`)
  }
  const { members, next, prev } = page(list, limit)
  const cursor = (name: 'after' | 'before', value: number | undefined) => {
    const token = value === undefined ? undefined : input.cursorOf(value)
    return token && { [name]: token, link: withParameter(call.selfUrl, name, token) }
  }
  const paging = { next: cursor('after', next), prev: cursor('before', prev) }
  return json({
    total: memberCount(list, storeOf(call, list)),
    results: members.map(({ id, joinedAt }) => ({ recordId: String(id), membershipTimestamp: isoTime(joinedAt) })),
    ...((next !== undefined || prev !== undefined) && { paging }),
  })
}

interface MembersPage {
  members: Member[]
  next: number | undefined
  prev: number | undefined
}

const take = (members: Iterable<Member>, limit: number): { page: Member[]; more: boolean } => {
  const page: Member[] = []
  for (const member of members) {
    if (page.length === limit) return { page, more: true }
    page.push(member)
  }
  return { page, more: false }
}

const getMembers = (call: ApiCall): Answer =>
  membersAnswer(call, (list, limit) => {
    const [after, before] = [input.textIn(call.query, 'after'), input.textIn(call.query, 'before')]
    const store = storeOf(call, list)
    if (after === undefined && before !== undefined) {
      const { page, more } = take(membersById(list, store, { before: input.idOfCursor(before) }), limit)
      return { members: page, next: page[0]?.id, prev: more ? page.at(-1)?.id : undefined }
    }
    const from = after === undefined ? 0 : borderOf(call.portal.settings, input.idOfCursor(after))
    const { page, more } = take(membersById(list, store, { after: from }), limit)
    return {
      members: page,
      next: more ? page.at(-1)?.id : undefined,
      prev: after === undefined ? undefined : page[0]?.id,
    }
  })

/** Cursors count the members that were already returned, since many may have joined at the same time. */
const getMembersByJoinTime = (call: ApiCall): Answer =>
  membersAnswer(call, (list, limit) => {
    const seen = input.idOfCursor(input.textIn(call.query, 'after') ?? input.cursorOf(0))
    const { page, more } = take(membersByJoinTime(list, storeOf(call, list)), seen + limit)
    return { members: page.slice(seen), next: more ? seen + limit : undefined, prev: undefined }
  })

const readOfRecords = (call: ApiCall): Answer => {
  const lists = [...call.portal.world.lists.values()].filter(({ deletedAt }) => deletedAt === null)
  const results: unknown[] = []
  const errors: unknown[] = []
  for (const { objectTypeId, recordId } of input.inputsIn(input.objectBody(call.body), RECORDS_MAX)) {
    const id = input.recordIdOf(recordId)
    const withheld = isWithheld(call.portal.settings, String(id))
    if (withheld === 'failing') errors.push(unnamedFailure)
    if (withheld !== null) continue
    const own = lists.filter((list) => list.objectTypeId === objectTypeId)
    if (!call.portal.world.records[input.objectTypeOf(String(objectTypeId))].live(id)) {
      errors.push({
        status: 'error',
        category: 'OBJECT_NOT_FOUND',
        message: `Record does not exist with ID ${id}.`,
        context: { ids: [String(id)] },
      })
      continue
    }
    const memberships = own.flatMap((list) => {
      const joinedAt = memberSince(list, storeOf(call, list), id)
      if (joinedAt === undefined) return []
      const time = isoTime(joinedAt)
      return { listId: list.listId, listVersion: list.version, firstAddedTimestamp: time, lastAddedTimestamp: time }
    })
    results.push({ objectTypeId, recordId: String(id), recordListMemberships: memberships })
  }
  const time = isoTime(call.now)
  const failed = errors.length > 0 && { numErrors: errors.length, errors }
  const answer = { status: 'COMPLETE', results, ...failed, startedAt: time, completedAt: time }
  return json(answer, failed ? 207 : 200)
}

const scopes = () => ['crm.lists.read']
const bases = ['/crm/v3/lists', ...DATED_VERSIONS.map((version) => `/crm/lists/${version}`)]
const paths = (rest: string) => bases.map((base) => base + rest)

export const listRoutes: readonly ApiRoute[] = [
  { method: 'GET', paths: paths(''), scopes, handle: getMany },
  { method: 'POST', paths: paths('/search'), scopes, handle: search },
  { method: 'POST', paths: paths('/records/memberships/batch/read'), scopes, handle: readOfRecords },
  { method: 'GET', paths: paths('/:listId'), scopes, handle: getById },
  { method: 'GET', paths: paths('/:listId/memberships'), scopes, handle: getMembers },
  { method: 'GET', paths: paths('/:listId/memberships/join-order'), scopes, handle: getMembersByJoinTime },
]
