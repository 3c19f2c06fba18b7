import { z } from 'zod'
import type { SimulatedPortal } from '../portal/portal.ts'

const id = z.union([z.string(), z.number().int()])
const one = z.object({ id })
const record = z.object({ id: id.optional(), properties: z.record(z.string(), z.string().nullable()) })
const pair = z.object({ primaryId: id, otherId: id })
const members = z.union([z.array(id), z.literal('all-contacts')])
const list = z.object({ listId: z.string() })
const objectType = z.enum(['contacts', 'companies'])
const property = z.looseObject({
  name: z.string(),
  type: z.enum(['string', 'number', 'bool', 'date', 'datetime', 'enumeration', 'phone_number']).optional(),
  fieldType: z.string().optional(),
  /** Odd ones too: HubSpot has been seen to send options without a label. */
  options: z.array(z.looseObject({ label: z.unknown(), value: z.unknown() }).partial().nullable()).optional(),
})
const limit = z.number().int().nonnegative().nullable().optional()
const settings = z.strictObject({
  rateLimit: limit,
  rateIntervalMs: z.number().int().positive().optional(),
  associationRateLimit: limit,
  dailyLimit: limit,
  searchPerSecond: limit,
  latencyMs: z.tuple([z.number(), z.number()]).nullable().optional(),
  uiDomain: z.string().optional(),
  timeZone: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  deletedListMemberships: z.enum(['not-found', 'empty']).optional(),
  associationPageSize: z.number().int().positive().optional(),
  cursors: z.enum(['documented', 'number', 'link-only', 'unreadable']).optional(),
  repeatsAtBorders: z.boolean().optional(),
  omittedIds: z.array(z.string()).optional(),
  failingIds: z.array(z.string()).optional(),
  missingPaths: z.array(z.string().min(1)).optional(),
})

type Action = (portal: SimulatedPortal, body: unknown) => unknown

const action =
  <T>(schema: z.ZodType<T>, run: (portal: SimulatedPortal, input: T) => unknown): Action =>
  (portal, body) =>
    run(portal, schema.parse(body ?? {}))

/** The actions of `POST /control/portals/:hubId/:action`, one for each thing that a portal can do in process. */
export const CONTROL_ACTIONS: Readonly<Record<string, Action>> = {
  'get-contact': action(one, (portal, { id }) => portal.contact(id)),
  'get-company': action(one, (portal, { id }) => portal.company(id)),
  'put-contact': action(record, (portal, given) => ({ id: portal.putContact(given) })),
  'put-company': action(record, (portal, given) => ({ id: portal.putCompany(given) })),
  'archive-contact': action(one, (portal, { id }) => portal.archiveContact(id)),
  'archive-company': action(one, (portal, { id }) => portal.archiveCompany(id)),
  'restore-contact': action(one, (portal, { id }) => portal.restoreContact(id)),
  'restore-company': action(one, (portal, { id }) => portal.restoreCompany(id)),
  'gdpr-delete-contact': action(one, (portal, { id }) => portal.gdprDeleteContact(id)),
  'gdpr-delete-company': action(one, (portal, { id }) => portal.gdprDeleteCompany(id)),
  'merge-contacts': action(pair, (portal, given) => ({ id: portal.mergeContacts(given.primaryId, given.otherId) })),
  'merge-companies': action(pair, (portal, given) => ({ id: portal.mergeCompanies(given.primaryId, given.otherId) })),
  associate: action(
    z.object({ companyId: id, contactId: id, primary: z.boolean().optional() }),
    (portal, { companyId, contactId, primary }) => portal.associate(companyId, contactId, { primary }),
  ),
  dissociate: action(z.object({ companyId: id, contactId: id }), (portal, given) =>
    portal.dissociate(given.companyId, given.contactId),
  ),
  'put-list': action(
    z.object({
      listId: z.string().optional(),
      name: z.string().optional(),
      objectTypeId: z.string().optional(),
      processingType: z.enum(['MANUAL', 'DYNAMIC', 'SNAPSHOT']).optional(),
      processingStatus: z.enum(['COMPLETE', 'PROCESSING']).optional(),
      members: members.optional(),
    }),
    (portal, given) => ({ listId: portal.putList(given) }),
  ),
  'set-list-members': action(list.extend({ members }), (portal, given) =>
    portal.setListMembers(given.listId, given.members),
  ),
  'rebuild-list': action(list.extend({ members: z.array(id) }), (portal, given) =>
    portal.rebuildList(given.listId, given.members),
  ),
  'complete-list': action(list, (portal, { listId }) => portal.completeList(listId)),
  'delete-list': action(list, (portal, { listId }) => portal.deleteList(listId)),
  'restore-list': action(list, (portal, { listId }) => portal.restoreList(listId)),
  'put-property': action(z.object({ objectType, property }), (portal, given) =>
    portal.putProperty(given.objectType, given.property),
  ),
  'archive-property': action(z.object({ objectType, name: z.string() }), (portal, given) =>
    portal.archiveProperty(given.objectType, given.name),
  ),
  'put-owner': action(
    z.object({
      id: z.string(),
      userId: z.number().optional(),
      email: z.string().optional(),
      firstName: z.string().optional(),
      lastName: z.string().optional(),
      archived: z.boolean().optional(),
    }),
    (portal, given) => portal.putOwner(given),
  ),
  configure: action(settings, (portal, given) => portal.configure(given)),
  reset: (portal) => portal.reset(),
}
