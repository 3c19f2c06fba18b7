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

/** So many contacts take the processes through their compilers, which would otherwise count as a cost of each contact. */
const contacts = 10_000

/** Has the processes do in another workspace what is measured afterwards, as those of a server have that runs for long. */
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
      // A run that ended meanwhile is as good.
      if (cancelSyncRun?.__typename !== 'SyncStateError') expectType(cancelSyncRun, 'CancelSyncRunPayload')
    }
  } finally {
    await client.close()
  }
}
