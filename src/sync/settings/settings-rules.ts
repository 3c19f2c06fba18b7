import { isSupportedCountry } from 'libphonenumber-js'
import type { ContactSource, LiveUpdates } from '../../generated/prisma/enums.ts'
import type { InputProblem } from '../../user-errors.ts'

/** What the toggles and the contact source are, or are to be. */
export interface SettingsValues {
  readonly contactsEnabled: boolean
  readonly accountsEnabled: boolean
  readonly contactSource: ContactSource | null
  readonly listId: string | null
  readonly defaultPhoneRegion: string
  /** A run that finds more than this share of the linked records gone waits for an admin; 100 never does (B58). */
  readonly departureLimitPercent: number
  readonly liveUpdates: LiveUpdates
}

/** What an admin changes; what is absent or null stays as it is. */
export type SettingsInput = { readonly [K in keyof SettingsValues]?: SettingsValues[K] | null }

/** The values after the change. A list belongs to FROM_LIST alone (B24), so another source forgets it. */
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

/** Everything that speaks against the change (B24, B25), apart from what only HubSpot knows. */
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
