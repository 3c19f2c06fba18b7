import { createHash } from 'node:crypto'
import type { Database, Queryable } from '../database/database.ts'
import type { HubSpotJournal, JournalSubscription } from '../hubspot/journal.ts'
import { hubspotTypeIds } from '../hubspot/object-types.ts'

const { CONTACT, ACCOUNT } = hubspotTypeIds

/** The changes that the workspaces of a portal need to receive. */
interface PortalNeeds {
  readonly portalId: bigint
  readonly withContacts: boolean
  readonly withAccounts: boolean
  readonly listIds: readonly string[]
  readonly contactProperties: readonly string[]
  readonly accountProperties: readonly string[]
}

/** Portals with a started workspace that pulls its changes from the journal. */
export async function findJournalPortals(queryable: Queryable): Promise<PortalNeeds[]> {
  const { rows } = await queryable.query<PortalNeeds>(
    `SELECT connection.portal_id AS "portalId",
       bool_or(settings.contacts_enabled) AS "withContacts", bool_or(settings.accounts_enabled) AS "withAccounts",
       coalesce(array_agg(DISTINCT settings.list_id ORDER BY settings.list_id)
         FILTER (WHERE settings.list_id IS NOT NULL), '{}') AS "listIds",
       ${propertiesOf('CONTACT')} AS "contactProperties", ${propertiesOf('ACCOUNT')} AS "accountProperties"
     FROM hubspot_connection connection
     JOIN sync_settings settings ON settings.workspace_id = connection.workspace_id
     LEFT JOIN field_mapping mapping ON mapping.workspace_id = settings.workspace_id
     WHERE settings.live_updates = 'JOURNAL' AND settings.activated_at IS NOT NULL AND connection.status = 'CONNECTED'
     GROUP BY connection.portal_id ORDER BY connection.portal_id`,
  )
  return rows
}

const propertiesOf = (objectType: string) =>
  `coalesce(array_agg(DISTINCT mapping.hubspot_property ORDER BY mapping.hubspot_property)
     FILTER (WHERE mapping.object_type = '${objectType}'), '{}')`

/** Updates HubSpot's subscriptions for the journal if they differ from what is needed. */
export async function ensureSubscriptions(
  {
    database,
    journal,
    appId,
  }: { readonly database: Database; readonly journal: HubSpotJournal; readonly appId: string },
  portals: readonly PortalNeeds[],
  stop: AbortSignal,
): Promise<void> {
  for (const needs of portals) {
    const known = await findKnown(database.pool, appId, needs.portalId)
    for (const [key, subscription] of subscriptionsFor(needs)) {
      const hash = createHash('sha256').update(JSON.stringify(subscription)).digest('hex')
      if (known.get(key) === hash) continue
      await journal.subscribe(subscription, stop)
      await database.pool.query(
        `INSERT INTO hubspot_journal_subscription (app_id, portal_id, subscription_key, request_hash)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (app_id, portal_id, subscription_key) DO UPDATE SET request_hash = excluded.request_hash`,
        [appId, needs.portalId, key, hash],
      )
    }
  }
}

async function findKnown(queryable: Queryable, appId: string, portalId: bigint): Promise<Map<string, string>> {
  const { rows } = await queryable.query<{ subscription_key: string; request_hash: string }>(
    'SELECT subscription_key, request_hash FROM hubspot_journal_subscription WHERE app_id = $1 AND portal_id = $2',
    [appId, portalId],
  )
  return new Map(rows.map((row) => [row.subscription_key, row.request_hash]))
}

const recordActions = ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE']

function subscriptionsFor(needs: PortalNeeds): Map<string, JournalSubscription> {
  const portalId = Number(needs.portalId)
  const records = (objectTypeId: string, properties: readonly string[]): JournalSubscription => ({
    subscriptionType: 'OBJECT',
    portalId,
    actions: recordActions,
    objectTypeId,
    objectIds: [],
    properties: [...new Set(properties)].sort(),
  })
  const subscriptions = new Map<string, JournalSubscription>()
  if (needs.withAccounts) {
    subscriptions.set(`OBJECT/${ACCOUNT}`, records(ACCOUNT, [...needs.accountProperties, 'hs_additional_domains']))
  }
  if (!needs.withContacts) return subscriptions
  const ofContacts = [...needs.contactProperties, 'hs_additional_emails', 'associatedcompanyid']
  subscriptions.set(`OBJECT/${CONTACT}`, records(CONTACT, ofContacts))
  subscriptions.set(`GDPR_PRIVACY_DELETION/${CONTACT}`, {
    subscriptionType: 'GDPR_PRIVACY_DELETION',
    portalId,
    actions: ['GDPR_DELETE'],
    objectTypeId: CONTACT,
  })
  if (needs.withAccounts) {
    subscriptions.set(`ASSOCIATION/${CONTACT}`, {
      subscriptionType: 'ASSOCIATION',
      portalId,
      actions: ['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'],
      objectTypeId: CONTACT,
      objectIds: [],
      associatedObjectTypeIds: [ACCOUNT],
    })
  }
  if (needs.listIds.length > 0) {
    subscriptions.set('LIST_MEMBERSHIP', {
      subscriptionType: 'LIST_MEMBERSHIP',
      portalId,
      actions: ['ADDED_TO_LIST', 'REMOVED_FROM_LIST'],
      objectIds: [],
      listIds: needs.listIds.map(Number),
    })
  }
  return subscriptions
}
