/** What one answer says about the records that were asked for. */
export interface PartialAnswer<T> {
  /** What HubSpot sent, in whatever order; other records than those asked for may be among it. */
  readonly found: readonly T[]
  /** Records of which HubSpot says that there is nothing to send. */
  readonly absent: ReadonlySet<bigint>
  /** A failure that does not say which record it is about; null where there was none. */
  readonly fault: Fault | null
}

export interface Fault {
  readonly message: string
  /** There is nothing to send for some record. */
  readonly isAbsence: boolean
}

interface Found {
  readonly hubspotId: bigint
  /** Why it could not be read. */
  readonly unreadable?: string
}

export interface AskForAllOptions<T extends Found> {
  /** Asks once. */
  readonly ask: (ids: readonly bigint[]) => Promise<PartialAnswer<T>>
  /** Ids that a found record stands for beside its own, e.g. those that were merged into it. */
  readonly standsFor: (found: T) => Iterable<bigint>
  /** A record that stays without an answer, and why. */
  readonly unanswered: (id: bigint, reason: string) => T
  /** Silence may be HubSpot's way to say that there is nothing; looked at when an answer has come. */
  readonly mayMeanNothing?: () => boolean
}

/**
 * Asks for records until each has an answer of its own, since an answer that leaves one out says nothing about it (B57).
 * What came in a surprising shape is asked for once more. Records left out in silence, or by a failure that names nobody,
 * are asked for in halves, in the end each by itself; whichever HubSpot is still silent about comes back unanswered.
 * Records of which HubSpot says that there is nothing are not in the result.
 */
export async function askForAll<T extends Found>(ids: readonly bigint[], options: AskForAllOptions<T>): Promise<T[]> {
  const answer = await options.ask(ids)
  const silent = silentAmong(ids, answer, options)
  const odd = answer.found.filter(({ unreadable }) => unreadable !== undefined)
  if (silent.length === 0 && odd.length === 0) return [...answer.found]
  const [again, apart] = await Promise.all([askOnceMore(odd, options), askApart(silent, options)])
  const found = new Map(answer.found.map((one) => [one.hubspotId, one]))
  const stillThere = new Set(again.map(({ hubspotId }) => hubspotId))
  for (const { hubspotId } of odd) if (!stillThere.has(hubspotId)) found.delete(hubspotId)
  for (const one of [...again, ...apart]) {
    // What can be read replaces what could not.
    if (
      one.unreadable === undefined ||
      found.get(one.hubspotId)?.unreadable !== undefined ||
      !found.has(one.hubspotId)
    ) {
      found.set(one.hubspotId, one)
    }
  }
  return [...found.values()]
}

/** What is still odd by then stays as it is. */
async function askOnceMore<T extends Found>(odd: readonly T[], { ask }: AskForAllOptions<T>): Promise<T[]> {
  if (odd.length === 0) return []
  const { found, absent } = await ask(odd.map(({ hubspotId }) => hubspotId))
  const again = new Map(found.map((one) => [one.hubspotId, one]))
  return odd.filter(({ hubspotId }) => !absent.has(hubspotId)).map((one) => again.get(one.hubspotId) ?? one)
}

async function askApart<T extends Found>(ids: readonly bigint[], options: AskForAllOptions<T>): Promise<T[]> {
  const middle = Math.ceil(ids.length / 2)
  const halves = [ids.slice(0, middle), ids.slice(middle)].filter((half) => half.length > 0)
  return (await Promise.all(halves.map((half) => askHalf(half, options)))).flat()
}

async function askHalf<T extends Found>(ids: readonly bigint[], options: AskForAllOptions<T>): Promise<T[]> {
  const answer = await options.ask(ids)
  const silent = silentAmong(ids, answer, options)
  if (silent.length === 0) return [...answer.found]
  if (answer.fault === null && options.mayMeanNothing?.()) return [...answer.found]
  const [id] = ids
  if (ids.length > 1) return [...answer.found, ...(await askApart(silent, options))]
  const reason = answer.fault?.message ?? 'The record is missing in the answers, which give no reason.'
  return id === undefined ? [] : [options.unanswered(id, `HubSpot: ${reason}`)]
}

function silentAmong<T extends Found>(
  ids: readonly bigint[],
  { found, absent, fault }: PartialAnswer<T>,
  { standsFor }: AskForAllOptions<T>,
): bigint[] {
  const answered = new Set(found.map(({ hubspotId }) => hubspotId))
  const missing = ids.filter((id) => !answered.has(id) && !absent.has(id))
  if (missing.length === 0) return missing
  // Nobody else can be meant.
  if (ids.length === 1 && fault?.isAbsence) return []
  const covered = new Set(found.flatMap((one) => [...standsFor(one)]))
  return missing.filter((id) => !covered.has(id))
}
