import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { waitFor } from '../support/wait-for.ts'
import { givenTheProduct } from './product-with-live-updates.ts'

const Fresh = graphql(`
  query HowFresh {
    syncSettings { liveUpdates freshness { backlog behindSeconds lagSeconds lastAppliedAt lastEventAt } }
    hubspotConnection { budget { limit intervalSeconds remaining dailyLimit dailyRemaining seenAt } }
  }
`)

it('B6, B71, B73: contactChanged reports a change in HubSpot, by webhook, and the API shows how fresh the store is', async () => {
  const { portal, client, heard } = await givenTheProduct('WEBHOOKS')

  const id = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await waitFor(() => heard().length === 1)
  portal.putContact({ id, properties: { lastname: 'Lovelace' } })
  await waitFor(() => heard().some(({ name }) => name === 'Ada Lovelace'))

  expect(heard().map(({ kind, name }) => `${kind} ${name}`)).toEqual(['CREATED Ada', 'UPDATED Ada Lovelace'])
  const { syncSettings, hubspotConnection } = await waitFor(async () => {
    const fresh = await client.request(Fresh)
    return fresh.syncSettings?.freshness.backlog === 0 ? fresh : undefined
  })
  expect(syncSettings?.freshness).toMatchObject({
    behindSeconds: 0,
    lagSeconds: expect.any(Number),
    lastEventAt: expect.any(String),
  })
  expect(hubspotConnection?.budget).toMatchObject({ limit: 110, intervalSeconds: 10, dailyLimit: 250_000 })
  expect(hubspotConnection?.budget?.dailyRemaining).toBeGreaterThan(249_000)
})
