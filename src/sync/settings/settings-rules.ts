import { isSupportedCountry } from 'libphonenumber-js'
import type { ContactSource, LiveUpdates } from '../../generated/prisma/enums.ts'
import type { InputProblem } from '../../user-errors.ts'

/** The toggles and the contact source, current or after a change. */
export interface SettingsValues {
  readonly contactsEnabled: boolean
  readonly accountsEnabled: boolean
  readonly contactSource: ContactSource | null
  readonly listId: string | null
  readonly defaultPhoneRegion: string
  /** Percentage of linked records that may be gone before a run waits for an admin; 100 never waits (B58). */
  readonly departureLimitPercent: number
  readonly liveUpdates: LiveUpdates
}

/** What an admin changes. Absent or null values stay as they are. */
export type SettingsInput = { readonly [K in keyof SettingsValues]?: SettingsValues[K] | null }

/** The values after the change. Only FROM_LIST has a list (B24), so any other source clears it. */
export function changedValues(current: SettingsValues, input: SettingsInput): SettingsValues {
  const contactSource = input.contactSource ?? current.contactSource
  return {
    contactsEnabled: input.contactsEnabled ?? current.contactsEnabled,
    accountsEnabled: input.accountsEnabled ?? current.accountsEnabled,
    contactSource,
    listId: contactSource === 'FROM_LIST' ? (input.listId ?? current.listId) : null,
    defaultPhoneRegion: (input.defaultPhoneRegion ?? current.defaultPhoneRegion).toUpperCase(),
    departureLimitPercent: input.departureLimitPercent ?? current.departureLimitPercent,
    liveUpdates: input.liveUpdates ?? current.liveUpdates,
  }
}

/** Every problem with the change (B24, B25), except those that only HubSpot can tell. */
export function settingsProblems(current: SettingsValues, input: SettingsInput): InputProblem[] {
  const after = changedValues(current, input)
  const problems: InputProblem[] = []
  const problem = (field: keyof SettingsValues, message: string) => problems.push({ path: [field], message })
  if (input.listId != null && after.contactSource !== 'FROM_LIST') {
    problem('listId', 'A list requires the contact source FROM_LIST. Choose that source as well.')
  }
  if (after.contactSource === 'FROM_LIST' && after.listId === null) {
    problem('listId', 'The contact source FROM_LIST requires a list. Choose one from hubspotLists.')
  }
  if (after.contactSource === 'FROM_SYNCED_ACCOUNTS' && !after.accountsEnabled) {
    if (input.contactSource === 'FROM_SYNCED_ACCOUNTS') {
      problem(
        'contactSource',
        'The contact source FROM_SYNCED_ACCOUNTS requires the accounts sync. Turn it on as well.',
      )
    } else {
      const message =
        'The accounts sync cannot be turned off while the contact source is FROM_SYNCED_ACCOUNTS. Choose another contact source first.'
      problem('accountsEnabled', message)
    }
  }
  if (!isSupportedCountry(after.defaultPhoneRegion)) {
    problem(
      'defaultPhoneRegion',
      `"${input.defaultPhoneRegion}" is not an ISO 3166 region with phone numbers, such as US.`,
    )
  }
  if (after.departureLimitPercent < 1 || after.departureLimitPercent > 100) {
    problem('departureLimitPercent', 'The percentage must be from 1 to 100.')
  }
  return problems
}
