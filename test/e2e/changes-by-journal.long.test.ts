import { expect, it } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { givenTheProduct } from './product-with-live-updates.ts'

it('B6, B71: contactChanged reports a change in HubSpot, by the journal', async () => {
  const { portal, heard } = await givenTheProduct('JOURNAL')

  portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await waitFor(() => heard().length === 1)

  expect(heard()).toMatchObject([{ kind: 'CREATED', name: 'Ada' }])
})
