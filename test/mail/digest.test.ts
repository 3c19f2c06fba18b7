import { expect, it } from 'vitest'
import { syncErrorTypes } from '../../src/sync/errors/sync-error-types.ts'
import { recipientsOf } from '../support/test-mail-server.ts'
import { createMailedSync, faulty, settingsUrl } from './mailed-sync.ts'

it('B55: whoever started a run with errors gets one digest by type, with counts, resolutions, and links', async () => {
  const sync = await createMailedSync(faulty)
  const run = await sync.sync()
  expect(run.status).toBe('COMPLETED_WITH_ERRORS')

  await sync.sendMails()

  expect(sync.server.mails).toHaveLength(1)
  const [mail] = sync.server.mails
  expect(mail && recipientsOf(mail)).toEqual([sync.adminEmail])
  expect(mail?.from?.text).toContain('sync@example.test')
  expect(mail?.subject).toBe('HubSpot sync of Test: 4 errors')
  const { uiDomain, portalId } = await sync.database.prisma.hubSpotConnection.findFirstOrThrow()
  const failed = await sync.database.prisma.syncError.findMany()
  expect(failed).toHaveLength(4)
  for (const body of [mail?.text ?? '', String(mail?.html)]) {
    expect(body).toContain(`3 × ${syncErrorTypes.MISSING_HANDLE.title}`)
    expect(body).toContain(syncErrorTypes.MISSING_HANDLE.resolution)
    expect(body).toContain(`1 × ${syncErrorTypes.EMAIL_TAKEN.title}`)
    expect(body).toContain(syncErrorTypes.EMAIL_TAKEN.resolution)
    for (const { hubspotId } of failed) {
      expect(body).toContain(`https://${uiDomain}/contacts/${portalId}/record/0-1/${hubspotId}`)
    }
    expect(body).toContain(settingsUrl)
  }
})

it('B55: names from HubSpot are text in the email, never markup', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()

  await sync.sendMails()

  const [mail] = sync.server.mails
  expect(mail?.text).toContain('<b>Ada</b> & Co')
  expect(mail?.html).not.toContain('<b>Ada')
  expect(mail?.html).toContain('&#60;b&#62;Ada&#60;/b&#62; &#38; Co')
})

it('B55: of many errors of one type, a few are shown and all are counted', async () => {
  const sync = await createMailedSync(Array.from({ length: 40 }, (_, number) => ({ firstname: `Nameless ${number}` })))
  await sync.sync()

  await sync.sendMails()

  const text = sync.server.mails[0]?.text ?? ''
  expect(text).toContain('40 × ')
  expect(text).toContain('and 35 more')
  expect(text.match(/record\/0-1\//g)).toHaveLength(5)
})

it('B55: the email about a run that stopped early tells why, and what to do', async () => {
  const sync = await createMailedSync([{ firstname: 'Ada', email: 'ada@example.test' }])
  await sync.sync()
  sync.simulator.portal().deleteList('42')
  expect((await sync.sync()).failureType).toBe('HUBSPOT_LIST_NOT_FOUND')

  await sync.sendMails()

  expect(sync.server.mails.map(({ subject }) => subject)).toEqual([
    'HubSpot sync of Test stopped: HubSpot list not found',
  ])
  expect(sync.server.mails[0]?.text).toContain(syncErrorTypes.HUBSPOT_LIST_NOT_FOUND.resolution)
})

it('B55: the email contains the errors of its run, even if the next run ends before it is sent', async () => {
  const sync = await createMailedSync(faulty)
  await sync.sync()
  await sync.sync()

  await sync.sendMails()

  expect(sync.server.mails.map(({ subject }) => subject)).toEqual([
    'HubSpot sync of Test: 4 errors',
    'HubSpot sync of Test: 4 errors',
  ])
})
