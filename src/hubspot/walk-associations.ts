import { askForAll } from './ask-for-all.ts'
import { type AssociationPiece, type AssociationsAnswer, unreadable } from './read-associations.ts'

/** A record whose associations are requested, from the start or from a cursor. */
export interface AssociationInput {
  readonly id: string
  readonly after?: string
}

/**
 * Returns all associations of these records. Paging is per record: records with more pages are requested again, together,
 * until none is left. A record without associations is not in the result. A record for which HubSpot has no answer, or no
 * understandable answer, is returned as unreadable.
 */
export async function* walkAssociations(
  ids: readonly bigint[],
  askOnce: (inputs: readonly AssociationInput[]) => Promise<AssociationsAnswer>,
): AsyncGenerator<AssociationPiece> {
  /** The cursors that were followed so far, by record. */
  const followed = new Map<bigint, string[]>()
  let namesAbsent = false
  const ask = async (asked: readonly bigint[]): Promise<AssociationsAnswer> => {
    const answer = await askOnce(asked.map((id) => inputOf(id, followed.get(id)?.at(-1))))
    namesAbsent ||= answer.namesAbsent
    return forThese(asked, answer)
  }
  for (let left = ids; left.length > 0; ) {
    const isFirst = followed.size === 0
    const known = new Set(left)
    const pieces = await askForAll(left, {
      ask,
      // For a single record, HubSpot may return the record that it was merged into.
      standsFor: ({ hubspotId }) => (known.has(hubspotId) ? [] : left),
      unanswered: unreadable,
      // Not every version of HubSpot's API reports that a record has no associations.
      mayMeanNothing: () => isFirst && !namesAbsent,
    })
    const more: bigint[] = []
    for (const piece of pieces) {
      if (piece.next === null) {
        yield piece
        continue
      }
      const cursors = followed.get(piece.hubspotId) ?? []
      // Older versions of HubSpot's API ignored the cursor, so that the same page was returned forever.
      if (cursors.includes(piece.next)) {
        yield unreadable(piece.hubspotId, "HubSpot keeps returning the same page of the record's associations.")
        continue
      }
      followed.set(piece.hubspotId, [...cursors, piece.next])
      more.push(piece.hubspotId)
      yield piece
    }
    left = more
  }
}

const inputOf = (id: bigint, after: string | undefined): AssociationInput => ({
  id: String(id),
  ...(after !== undefined && { after }),
})

function forThese(asked: readonly bigint[], answer: AssociationsAnswer): AssociationsAnswer {
  const wanted = new Set(asked)
  const found = asked.length === 1 ? answer.found : answer.found.filter(({ hubspotId }) => wanted.has(hubspotId))
  for (const { hubspotId } of found) wanted.delete(hubspotId)
  for (const id of answer.absent) wanted.delete(id)
  // If there are as many errors as omitted records, and each says that there is nothing, they need not name their
  // record.
  const isAllTold = wanted.size > 0 && answer.unnamedAbsences >= wanted.size
  return { ...answer, found, absent: isAllTold ? new Set([...answer.absent, ...wanted]) : answer.absent }
}
