import { graphql } from '../client/generated/index.ts'
import { openGraphQLClient } from '../client/graphql-client.ts'
import { connectHubSpot } from '../demo/connect-hubspot.ts'
import { expectType } from '../demo/expect-type.ts'
import { startAndWatch } from '../demo/follow-run.ts'
import { chooseWhatToSync } from '../demo/set-up.ts'
import type { Product } from '../embedded/product.ts'

const Cancel = graphql(`
  mutation CancelWarmUp($id: ID!) {
    cancelSyncRun(id: $id) {
      __typename
      ... on UserError { message }
    }
  }
`)

/**
 * Number of contacts after which the compilers of the processes have done most of their work, which would otherwise count as
 * a cost of each contact.
 */
const contacts = 10_000

/** Makes the processes do the measured work in another workspace first, since a real server runs for long. */
export async function warmUp(product: Product): Promise<void> {
  const { token } = await product.addWorkspace('Warm-up')
  const client = openGraphQLClient(product.apiUrl, token)
  try {
    await connectHubSpot(client)
    await chooseWhatToSync(client)
    let isEnding = false
    for await (const { id, progress } of startAndWatch(client)) {
      if (isEnding || progress.processed < contacts) continue
      isEnding = true
      const { cancelSyncRun } = await client.request(Cancel, { id })
      // A run that has ended in the meantime is fine as well.
      if (cancelSyncRun?.__typename !== 'SyncStateError') expectType(cancelSyncRun, 'CancelSyncRunPayload')
    }
  } finally {
    await client.close()
  }
}
