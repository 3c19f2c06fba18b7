/** What one answer says about the requested records. */
export interface PartialAnswer<T> {
  /** The records that HubSpot returned, in any order. They may include records that were not requested. */
  readonly found: readonly T[]
  /** Records for which HubSpot says that there is nothing to return. */
  readonly absent: ReadonlySet<bigint>
  /** A failure that does not say which record it is about; null if there was none. */
  readonly fault: Fault | null
}

export interface Fault {
  readonly message: string
  /** There is nothing to return for some record. */
  readonly isAbsence: boolean
}

interface Found {
  readonly hubspotId: bigint
  /** Why it could not be read. */
  readonly unreadable?: string
}

export interface AskForAllOptions<T extends Found> {
  /** Sends one request. */
  readonly ask: (ids: readonly bigint[]) => Promise<PartialAnswer<T>>
  /** Ids that a found record stands for in addition to its own, for example those that were merged into it. */
  readonly standsFor: (found: T) => Iterable<bigint>
  /** Returns a record for an id that stays without an answer, with the reason. */
  readonly unanswered: (id: bigint, reason: string) => T
  /**
   * True if HubSpot may say nothing about a record when there is nothing to return. Evaluated after an answer has
   * arrived.
   */
  readonly mayMeanNothing?: () => boolean
}

/**
 * Requests records until each has an answer of its own, since an answer that omits a record says nothing about it
 * (B57). Records of an unexpected shape are requested once more. Records that are omitted, silently or because of a
 * failure that names no record, are requested in halves and finally one by one. Those that HubSpot is still silent
 * about are returned as unanswered. Records for which HubSpot says that there is nothing are not in the result.
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
    // A readable record replaces an unreadable one.
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

/** Requests unreadable records again. Those that are still unreadable stay as they are. */
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
  // A single record was requested, so the failure is about that record.
  if (ids.length === 1 && fault?.isAbsence) return []
  const covered = new Set(found.flatMap((one) => [...standsFor(one)]))
  return missing.filter((id) => !covered.has(id))
}
