import { hash } from 'node:crypto'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { FieldPlan } from './field-plan.ts'

/**
 * 64-bit digest of what a record would write: the plan and the raw values it asks for. Equal to the stored one, the
 * record needs neither conversion nor a write (B52). Not a secret and not an id; two different states of one record
 * share it once in 2^64.
 */
export function rowHash(record: HubSpotRecord, plan: FieldPlan): bigint {
  let text = plan.fingerprint
  for (const property of plan.properties) {
    const value = record.properties[property]
    // Absent and null differ: an absent property is unknown to HubSpot, a null one is empty.
    text += value === undefined ? '\u0001' : value === null ? '\u0002' : `\u0003${value}`
  }
  return hash('md5', text, 'buffer').readBigInt64BE(0)
}
