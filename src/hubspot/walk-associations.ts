import { HubSpotUnreadableError } from './errors.ts'
import type { AssociationPiece } from './read-associations.ts'

/** A record to ask about, from its beginning or from a cursor on. */
export interface AssociationInput {
  readonly id: string
  readonly after?: string
}

/**
 * All that HubSpot knows about these records' associations. Paging is per record: those with more are asked again,
 * together, until none is left.
 */
export async function* walkAssociations(
  ids: readonly bigint[],
  ask: (inputs: readonly AssociationInput[]) => Promise<AssociationPiece[]>,
): AsyncGenerator<AssociationPiece> {
  let inputs: AssociationInput[] = ids.map((id) => ({ id: String(id) }))
  while (inputs.length > 0) {
    const asked = new Map(inputs.map(({ id, after }) => [id, after]))
    const pieces = await ask(inputs)
    inputs = []
    for (const { fromId, next } of pieces) {
      const id = String(fromId)
      if (next === null) continue
      // Older versions of HubSpot's API ignored the cursor: the same page came again without end.
      if (asked.get(id) === next) throw new HubSpotUnreadableError(`HubSpot does not turn the page of record ${id}.`)
      inputs.push({ id, after: next })
    }
    yield* pieces
  }
}
