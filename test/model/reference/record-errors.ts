import type { RecordError, StoredError } from './world.ts'

/** B54: a lasting problem is one error; a problem that this run did not find again is resolved. */
export function recordErrors(
  stored: readonly StoredError[],
  raised: readonly RecordError[],
  run: number,
): StoredError[] {
  const isSame = (one: RecordError) => (other: RecordError) =>
    one.objectType === other.objectType &&
    one.hubspotId === other.hubspotId &&
    one.type === other.type &&
    one.property === other.property
  const open = stored.filter(({ status }) => status === 'OPEN')
  const once = raised.filter((error, index) => raised.findIndex(isSame(error)) === index)
  return [
    ...stored.filter(({ status }) => status !== 'OPEN'),
    ...open.filter((error) => !once.some(isSame(error))).map((error) => ({ ...error, status: 'RESOLVED' as const })),
    ...once.map((error) => ({
      ...error,
      status: 'OPEN' as const,
      firstRun: open.find(isSame(error))?.firstRun ?? run,
      lastRun: run,
    })),
  ]
}

/** Types of errors that a later contact of the same run can resolve (B51). */
export const isHandleTaken = ({ type }: RecordError): boolean =>
  type === 'EMAIL_TAKEN' || type === 'PHONE_TAKEN' || type === 'DOMAIN_TAKEN'

/** Past the limit (B29). */
export const isLeftOut = ({ type }: RecordError): boolean => type === 'LIMIT_EXCEEDED'
