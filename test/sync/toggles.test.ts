import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { givenAPortal, setUpAccountsAndContacts, tellAccounts, tellContacts } from '../support/set-up-accounts.ts'

const givenBoth = async () => {
  const { portal, sync } = await givenAPortal()
  const acme = portal.putCompany({ properties: { name: 'Acme' } })
  const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
  portal.associate(acme, ann)
  portal.putList({ listId: '42', members: 'all-contacts' })
  await setUpAccountsAndContacts(sync, { listId: '42' })
  return { portal, sync, acme, ann }
}

it('B23: both together: accounts come first, in one run', async () => {
  const { sync, acme, ann } = await givenBoth()

  expect(await sync.sync()).toMatchObject({ objectType: 'CONTACT', withAccounts: true, created: 2 })

  expect(await tellAccounts(sync)).toEqual([`${acme} Acme`])
  expect(await tellContacts(sync)).toEqual([`${ann} Ann ann@x.example @Acme`])
})

it('B23: accounts only: contacts are left as they are, and their settings stay', async () => {
  const { portal, sync, acme, ann } = await givenBoth()
  await sync.sync()
  await updateSyncSettings(sync.context, sync.viewer, { contactsEnabled: false })

  portal.putContact({ id: ann, properties: { firstname: 'Anna' } })
  portal.putCompany({ id: acme, properties: { name: 'Acme Ltd' } })
  expect(await sync.sync()).toMatchObject({ objectType: 'ACCOUNT', withAccounts: false, updated: 1, total: 1 })

  expect(await tellContacts(sync)).toEqual([`${ann} Ann ann@x.example @Acme Ltd`])
  expect(await sync.database.prisma.syncSettings.findFirst()).toMatchObject({
    contactsEnabled: false,
    contactSource: 'FROM_LIST',
    listId: '42',
  })
  expect(await sync.database.prisma.fieldMapping.count({ where: { objectType: 'CONTACT' } })).toBe(2)
})

it('B23, B67: contacts only: accounts and their contacts are left as they are', async () => {
  const { portal, sync, acme, ann } = await givenBoth()
  await sync.sync()
  await updateSyncSettings(sync.context, sync.viewer, { accountsEnabled: false })

  portal.putContact({ id: ann, properties: { firstname: 'Anna' } })
  portal.putCompany({ id: acme, properties: { name: 'Acme Ltd' } })
  portal.dissociate(acme, ann)
  expect(await sync.sync()).toMatchObject({ objectType: 'CONTACT', withAccounts: false, updated: 1, total: 1 })

  expect(await tellAccounts(sync)).toEqual([`${acme} Acme`])
  expect(await tellContacts(sync)).toEqual([`${ann} Anna ann@x.example @Acme`])
})

it('B23: with neither, there is nothing to start', async () => {
  const { sync } = await givenBoth()
  await updateSyncSettings(sync.context, sync.viewer, { accountsEnabled: false, contactsEnabled: false })

  await expect(startSync(sync.context, sync.viewer)).rejects.toThrow(/Turn one on/)
  expect(await sync.database.prisma.syncRun.count()).toBe(0)
})

it('B24, B27: a list with other members syncs exactly those', async () => {
  const { portal, sync, ann } = await givenBoth()
  const bea = portal.putContact({ properties: { firstname: 'Bea', email: 'bea@x.example' } })
  portal.putList({ listId: '43', members: [bea] })
  await updateSyncSettings(sync.context, sync.viewer, { contactSource: 'FROM_LIST', listId: '43' })

  await sync.sync()

  expect(await tellContacts(sync)).toEqual([`${bea} Bea bea@x.example`])
  expect(ann).not.toBe(bea)
})

it('B25: accounts stay on while contacts come from them, and contacts cannot come from accounts that are off', async () => {
  const { sync } = await givenBoth()
  const { context, viewer } = sync
  await updateSyncSettings(context, viewer, { contactSource: 'FROM_SYNCED_ACCOUNTS' })

  await expect(updateSyncSettings(context, viewer, { accountsEnabled: false })).rejects.toThrow(
    /cannot be turned off while the contact source is FROM_SYNCED_ACCOUNTS/,
  )
  expect(await sync.database.prisma.syncSettings.findFirst()).toMatchObject({ accountsEnabled: true })

  await updateSyncSettings(context, viewer, { contactSource: 'FROM_LIST', listId: '42', accountsEnabled: false })
  await expect(updateSyncSettings(context, viewer, { contactSource: 'FROM_SYNCED_ACCOUNTS' })).rejects.toThrow(
    /requires the accounts sync/,
  )
})
