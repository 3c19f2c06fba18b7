import { expect, test } from 'vitest'
import {
  changedValues,
  type SettingsInput,
  type SettingsValues,
  settingsProblems,
} from '../../src/sync/settings/settings-rules.ts'

const unsaved: SettingsValues = {
  contactsEnabled: false,
  accountsEnabled: false,
  contactSource: null,
  listId: null,
  defaultPhoneRegion: 'US',
  departureLimitPercent: 20,
  liveUpdates: 'OFF',
}
const fromList: SettingsValues = { ...unsaved, contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' }
const fromAccounts: SettingsValues = { ...unsaved, accountsEnabled: true, contactSource: 'FROM_SYNCED_ACCOUNTS' }

test.for<[why: string, current: SettingsValues, input: SettingsInput, wrong: string[]]>([
  ['B23: either toggle alone', unsaved, { contactsEnabled: true }, []],
  ['B23: both toggles', unsaved, { contactsEnabled: true, accountsEnabled: true }, []],
  ['B23: neither', fromList, { contactsEnabled: false, accountsEnabled: false }, []],
  ['B24: a list with its source', unsaved, { contactSource: 'FROM_LIST', listId: '42' }, []],
  ['B24: another list of the same source', fromList, { listId: '43' }, []],
  ['B24: the source of a list without a list', unsaved, { contactSource: 'FROM_LIST' }, ['listId']],
  ['B24: a list without its source', unsaved, { listId: '42' }, ['listId']],
  ['B24: a list with the other source', fromAccounts, { listId: '42' }, ['listId']],
  ['B25: from accounts, which are off', unsaved, { contactSource: 'FROM_SYNCED_ACCOUNTS' }, ['contactSource']],
  [
    'B25: from accounts, turned on at the same time',
    unsaved,
    { contactSource: 'FROM_SYNCED_ACCOUNTS', accountsEnabled: true },
    [],
  ],
  ['B25: accounts off while contacts come from them', fromAccounts, { accountsEnabled: false }, ['accountsEnabled']],
  [
    'B25: accounts off together with another source',
    fromAccounts,
    { accountsEnabled: false, contactSource: 'FROM_LIST', listId: '42' },
    [],
  ],
  ['B49: a region in lower case', unsaved, { defaultPhoneRegion: 'de' }, []],
  ['B49: an unknown region', unsaved, { defaultPhoneRegion: 'Europe' }, ['defaultPhoneRegion']],
  ['B58: a share of departures that never holds a run', unsaved, { departureLimitPercent: 100 }, []],
  ['B58: a share of departures below one percent', unsaved, { departureLimitPercent: 0 }, ['departureLimitPercent']],
  ['B58: a share of departures above 100 percent', unsaved, { departureLimitPercent: 101 }, ['departureLimitPercent']],
  [
    'every mistake at once',
    unsaved,
    { contactSource: 'FROM_SYNCED_ACCOUNTS', listId: '42', defaultPhoneRegion: '' },
    ['listId', 'contactSource', 'defaultPhoneRegion'],
  ],
])('%s', ([_why, current, input, wrong]) => {
  expect(settingsProblems(current, input).map(({ path }) => path.join('.'))).toEqual(wrong)
})

test('omitted and null values stay; another source clears the list', () => {
  expect(changedValues(fromList, {})).toEqual(fromList)
  expect(changedValues(fromList, { contactsEnabled: null, listId: null })).toEqual(fromList)
  expect(changedValues(fromList, { accountsEnabled: true, contactSource: 'FROM_SYNCED_ACCOUNTS' })).toEqual({
    ...fromAccounts,
    contactsEnabled: true,
  })
  expect(changedValues(unsaved, { defaultPhoneRegion: 'de' }).defaultPhoneRegion).toBe('DE')
})
