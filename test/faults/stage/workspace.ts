import type { CustomFieldType, FieldMappingInput } from '../../../client/generated/graphql.ts'
import { type GraphQLClient, openGraphQLClient } from '../../../client/graphql-client.ts'
import { expectType } from '../../../demo/expect-type.ts'
import type { SimulatedPortal } from '../../../simulator/index.ts'
import { createWorkspace } from '../../../src/workspaces/manage-workspaces.ts'
import * as operations from './operations.ts'
import type { Stage } from './stage.ts'
import { until } from './waiting.ts'

/** The contacts that a workspace syncs. Accounts are turned on in both cases. */
export type Source = 'FROM_LIST' | 'FROM_SYNCED_ACCOUNTS'

/** The list that every seeded portal has. */
export const listId = '42'

/** A contact that was in the store before the first run. */
export interface LocalContact {
  readonly name: string
  readonly email: string
  /** Value of the custom field that is not mapped. */
  readonly note: string
  readonly isPrivate: boolean
}

/** A workspace that is set up, and the portal that it is connected to. */
export interface Workspace {
  readonly seed: number
  readonly id: string
  readonly token: string
  readonly client: GraphQLClient
  readonly portal: SimulatedPortal
  readonly source: Source
  /** Keys of the custom fields, by the HubSpot property that feeds them. */
  readonly fieldKeys: ReadonlyMap<string, string>
  /** Key of the custom field that is not mapped. */
  readonly noteKey: string
  readonly locals: readonly LocalContact[]
}

const handlesAndNames: readonly FieldMappingInput[] = [
  { property: 'firstname', target: 'FIRST_NAME' },
  { property: 'lastname', target: 'LAST_NAME' },
  { property: 'about', target: 'DESCRIPTION' },
  { property: 'email', target: 'EMAIL' },
  { property: 'work_email', target: 'EMAIL' },
  { property: 'phone', target: 'PHONE' },
  { property: 'mobilephone', target: 'PHONE' },
]

export const mappedFields: readonly (readonly [property: string, type: CustomFieldType])[] = [
  ['jobtitle', 'STRING'],
  ['city', 'STRING'],
  ['lifecyclestage', 'STRING'],
  ['annual_spend', 'NUMBER'],
  ['newsletter_opt_in', 'BOOLEAN'],
  ['customer_since', 'DATETIME'],
]

const accountMappings: FieldMappingInput[] = [
  { property: 'name', target: 'NAME' },
  { property: 'domain', target: 'DOMAIN' },
  { property: 'description', target: 'DESCRIPTION' },
]

/** Creates a workspace, connects it to the portal, and sets up the sync through the API, as an admin does. */
export async function setUpWorkspace(
  stage: Stage,
  { seed, portal, name, source }: { seed: number; portal: SimulatedPortal; name: string; source: Source },
): Promise<Workspace> {
  const { workspaceId, token } = await createWorkspace(stage.database, {
    name,
    plan: 'GROWTH',
    adminEmail: `admin@${name.toLowerCase()}.example`,
  })
  const client = openGraphQLClient(stage.apiUrl, token)
  await connectPortal(client, portal.hubId)
  const settings = { accountsEnabled: true, contactsEnabled: true, contactSource: source, departureLimitPercent: 100 }
  const input = source === 'FROM_LIST' ? { ...settings, listId } : settings
  expectType(
    (await client.request(operations.ChooseSettings, { input })).updateSyncSettings,
    'UpdateSyncSettingsPayload',
  )
  const map = async (objectType: 'ACCOUNT' | 'CONTACT', mappings: FieldMappingInput[]) => {
    const answer = await client.request(operations.MapFields, { objectType, mappings })
    expectType(answer.setFieldMappings, 'SetFieldMappingsPayload')
  }
  await map('ACCOUNT', accountMappings)
  const fieldKeys = new Map<string, string>()
  for (const [property, type] of mappedFields) fieldKeys.set(property, await createField(client, property, type))
  const custom = [...fieldKeys].map(
    ([property, customField]): FieldMappingInput => ({ property, target: 'CUSTOM_FIELD', customField }),
  )
  await map('CONTACT', [...handlesAndNames, ...custom])
  const noteKey = await createField(client, 'note', 'STRING')
  const locals = await createLocals(client, portal, noteKey)
  return { seed, id: workspaceId, token, client, portal, source, fieldKeys, noteKey, locals }
}

async function createField(client: GraphQLClient, name: string, type: CustomFieldType): Promise<string> {
  const answer = await client.request(operations.CreateField, { input: { objectType: 'CONTACT', name, type } })
  return expectType(answer.createCustomField, 'CreateCustomFieldPayload').customField.key
}

/**
 * Creates a contact that a run links, a contact that matches nothing in HubSpot, and a private contact that no run may see
 * (B8).
 */
async function createLocals(client: GraphQLClient, portal: SimulatedPortal, noteKey: string): Promise<LocalContact[]> {
  const emails: string[] = []
  for (const record of portal.world.records.contacts.after(0)) {
    const email = record.value('email')
    const isPlain = !record.value('hs_merged_object_ids')
    if (email !== null && isPlain && portal.world.associations.companiesOf(record.id).size > 0) emails.push(email)
    if (emails.length === 20) break
  }
  const locals = [
    { name: 'Known before', email: emails[7] ?? 'known@local.example', note: 'kept', isPrivate: false },
    { name: 'Only here', email: 'only@local.example', note: 'mine', isPrivate: false },
    { name: 'Nobody’s business', email: emails[11] ?? 'private@local.example', note: 'private', isPrivate: true },
  ]
  for (const { name, email, note, isPrivate } of locals) {
    const input = {
      name,
      isPrivate,
      handles: [{ source: 'EMAIL' as const, value: email }],
      customFields: [{ key: noteKey, value: note }],
    }
    expectType((await client.request(operations.CreateContact, { input })).createContact, 'CreateContactPayload')
  }
  return locals
}

/** Logs in to a portal, as an admin does in a browser. */
export async function connectPortal(client: GraphQLClient, hubId: number): Promise<void> {
  const answer = await client.request(operations.ConnectPortal)
  const { authorizeUrl, state } = expectType(answer.connectHubSpot, 'ConnectHubSpotPayload')
  const code = await approve(authorizeUrl, hubId)
  const finished = await client.request(operations.FinishLogin, { state, code })
  expectType(finished.finishHubSpotLogin, 'FinishHubSpotLoginPayload')
}

async function approve(authorizeUrl: string, hubId: number): Promise<string> {
  const page = await (await fetch(authorizeUrl)).text()
  const form = new URLSearchParams({ decision: 'approve', hub_id: String(hubId) })
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    form.set(
      name,
      value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    )
  }
  const answer = await fetch(new URL('/oauth/authorize/decision', authorizeUrl), { method: 'POST', body: form })
  const shown = await answer.text()
  const code = /<code>([^<]+)<\/code>/.exec(shown)?.[1]
  if (code === undefined) throw new Error(`the log-in to HubSpot failed: ${shown}`)
  return code
}

/** Starts a run, or joins the run in progress, and returns the id of its row. Tries again while the API is unavailable. */
export async function startRun({ client }: Workspace): Promise<string> {
  let id = ''
  await until('a run is started', async () => {
    id = expectType((await client.request(operations.StartRun)).startSync, 'StartSyncPayload').syncRun.id
    return true
  })
  return rowIdOf(id)
}

/** The row id in a global id. */
export function rowIdOf(globalId: string): string {
  return Buffer.from(globalId, 'base64').toString('utf8').split(':')[1] ?? ''
}

export function globalIdOf(type: string, rowId: string): string {
  return Buffer.from(`${type}:${rowId}`).toString('base64')
}
