import { hash } from 'node:crypto'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { ownValue } from '../../records/own-value.ts'
import { convertValue } from './convert-value.ts'
import type { FieldPlan } from './field-plan.ts'
import type { AccountOfContact } from './record-draft.ts'

/**
 * A 64-bit digest of what a record would write: the plan, the raw values that it uses, and their meaning elsewhere. If
 * it equals the stored one, the record needs neither conversion nor a write (B52). It is neither a secret nor an id;
 * two different states of one record collide once in 2^64.
 */
export function rowHash(record: HubSpotRecord, plan: FieldPlan, account: AccountOfContact): bigint {
  let text = plan.fingerprint
  for (const property of plan.properties) {
    const value = ownValue(record.properties, property)
    // Absent and null differ: HubSpot does not know an absent property, and a null property is empty.
    text += value === undefined ? '\u0001' : value === null ? '\u0002' : `\u0003${value}`
  }
  for (const { property, source, customField } of plan.mappings) {
    if (customField?.type !== 'TEAMMATE') continue
    const converted = convertValue(ownValue(record.properties, property) ?? null, source, customField)
    text += converted.kind === 'value' ? `\u0003${converted.value}` : '\u0002'
  }
  if (account.kind !== 'untouched') text += account.kind === 'attached' ? `\u0004${account.accountId}` : '\u0005'
  return hash('md5', text, 'buffer').readBigInt64BE(0)
}
