import type { Alias, Contact, StoredError, SyncResult } from './world.ts'

/** A result as a few lines of text, so that examples can say what they expect and failures are readable. */
export const told = ({ store, counts, status }: SyncResult): string[] => [
  ...store.contacts.map(tellContact).sort(),
  ...store.accounts.map((account) => `account ${tellContact(account)}`).sort(),
  ...store.aliases.map(tellAlias).sort(),
  ...store.errors.map(tellError).sort(),
  `${status}: ${Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ')}`,
]

const tellAlias = ({ objectType, id, mergedInto, isPrimary }: Alias): string =>
  `${objectType} ${id} was merged into ${mergedInto}${isPrimary ? ' as primary' : ''}`

export function tellContact(contact: Contact): string {
  const handles = contact.handles.map(({ value, fromHubspot }) => (fromHubspot ? value : `${value} (local)`)).sort()
  const { link } = contact
  const values = [contact.name, contact.description, contact.links.join(' '), tellCustomFields(contact.customFields)]
  return [
    `${contact.key}${contact.isPrivate ? ' (private)' : ''}: ${handles.join(', ') || 'no handles'}`,
    ...(link
      ? [
          `${link.state} ${link.hubspotId}${link.isHeld && link.state === 'ACTIVE' ? ' held' : ''}, seen in run ${link.syncedInRun}`,
        ]
      : []),
    ...(contact.externalId !== null && contact.externalId !== link?.hubspotId.toString()
      ? [`external id ${contact.externalId}`]
      : []),
    ...(contact.externalId === null && link && link.state !== 'MERGED_AWAY' ? ['no external id'] : []),
    ...(contact.account === null ? [] : [`at ${contact.account}${contact.accountFromHubspot ? '' : ' (by hand)'}`]),
    ...values.map((value) => value.trim()).filter((value) => value !== ''),
  ].join(' | ')
}

const tellCustomFields = (fields: Contact['customFields']): string =>
  Object.entries(fields)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ')

export function tellError(error: StoredError): string {
  const { objectType, hubspotId, type, property, contact, heldBy, heldByHubspotId } = error
  const runs = error.firstRun === error.lastRun ? `run ${error.lastRun}` : `runs ${error.firstRun} to ${error.lastRun}`
  return [
    `${objectType === 'ACCOUNT' ? 'ACCOUNT ' : ''}${error.status} ${type}${hubspotId === 0n ? '' : ` of ${hubspotId}`}`,
    ...(property ? [property] : []),
    ...(contact ? [`on ${contact}`] : []),
    ...(heldBy ? [`held by ${heldBy}${heldByHubspotId === null ? '' : ` of ${heldByHubspotId}`}`] : []),
    runs,
  ].join(' | ')
}
