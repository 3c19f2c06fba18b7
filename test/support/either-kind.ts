import type { SimulatedPortal } from '../../simulator/index.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import type { CustomFieldType, ObjectType } from '../../src/generated/prisma/enums.ts'
import type { MappingInput } from '../../src/sync/settings/mapping-rules.ts'
import { startTestApi, type TestApi } from './graphql/start-test-api.ts'
import { givenAPortal, setUpAccountsSync } from './set-up-accounts.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from './test-sync.ts'

/** For tests of rules that apply to both contacts and companies. */
export const eitherKind = ['CONTACT', 'ACCOUNT'] as const satisfies ObjectType[]

/** A workspace that syncs records of one type from an empty portal. */
export interface Either {
  readonly portal: SimulatedPortal
  readonly sync: TestSync
  readonly hubspotType: 'contacts' | 'companies'
  /** HubSpot's property for the name of a record, and its mapping. */
  readonly name: MappingInput
  /** Creates or changes a record in HubSpot. Each new contact has an email, and each new company a domain. */
  put(properties: Record<string, string | null>, id?: string): string
  /** Creates a custom field that the property feeds. */
  mapped(property: string, type: CustomFieldType, options?: string[]): Promise<MappingInput & { customField: string }>
  /** Maps the name, the handle, and these. */
  setUp(mappings: readonly MappingInput[]): Promise<void>
  /** Our record of a HubSpot id. */
  stored(id: string): Promise<{ readonly id: string; readonly name: string; readonly customFields: unknown }>
  /** The open errors as "TYPE property: message". */
  errors(): Promise<string[]>
}

export async function givenEither(objectType: ObjectType): Promise<Either> {
  return either(objectType, await givenAPortal())
}

/** The same, with an API over its database. */
export async function givenEitherWithApi(objectType: ObjectType): Promise<Either & { readonly api: TestApi }> {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null, searchPerSecond: null }] })
  const api = await startTestApi({ simulator })
  const sync = await createTestSync({ simulator, database: api.database })
  return { api, ...either(objectType, { portal: simulator.portal(), sync }) }
}

function either(
  objectType: ObjectType,
  { portal, sync }: { readonly portal: SimulatedPortal; readonly sync: TestSync },
): Either {
  const { prisma } = sync.database
  const isContact = objectType === 'CONTACT'
  const name: MappingInput = { property: isContact ? 'lastname' : 'name', target: isContact ? 'LAST_NAME' : 'NAME' }
  const handle: MappingInput = { property: isContact ? 'email' : 'domain', target: isContact ? 'EMAIL' : 'DOMAIN' }
  let count = 0
  return {
    portal,
    sync,
    hubspotType: isContact ? 'contacts' : 'companies',
    name,
    put: (properties, id) => {
      count += 1
      const own = id === undefined ? { [handle.property]: isContact ? `n${count}@x.example` : `n${count}.example` } : {}
      const record = { ...(id !== undefined && { id }), properties: { ...own, ...properties } }
      return isContact ? portal.putContact(record) : portal.putCompany(record)
    },
    mapped: async (property, type, options = []) => {
      const given = { objectType, name: `Our ${property} ${type}`, type, ...(type === 'ENUM' && { options }) }
      const { key } = await createCustomField(sync.database, sync.viewer, given)
      return { property, target: 'CUSTOM_FIELD', customField: key }
    },
    setUp: async (mappings) => {
      const all = [name, handle, ...mappings]
      if (!isContact) return setUpAccountsSync(sync, all)
      portal.putList({ listId: '42', members: 'all-contacts' })
      await setUpListSync(sync, '42', all)
    },
    stored: (externalId) => {
      const where = { workspaceId_externalId: { workspaceId: sync.viewer.workspaceId, externalId } }
      return isContact ? prisma.contact.findUniqueOrThrow({ where }) : prisma.account.findUniqueOrThrow({ where })
    },
    errors: async () => {
      const errors = await prisma.syncError.findMany({
        where: { status: 'OPEN' },
        orderBy: [{ property: 'asc' }, { message: 'asc' }],
      })
      return errors.map(({ type, property, message }) => `${type} ${property}: ${message}`)
    },
  }
}
