import { hash } from 'node:crypto'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { ownValue } from '../../records/own-value.ts'
import { convertValue } from './convert-value.ts'
import type { FieldPlan } from './field-plan.ts'
import type { AccountOfContact } from './record-draft.ts'

/**
 * 64-bit digest of what a record would write: the plan, the raw values it asks for, and what they mean elsewhere. Equal
 * to the stored one, the record needs neither conversion nor a write (B52). Not a secret and not an id; two different
 * states of one record share it once in 2^64.
 */
export function rowHash(record: HubSpotRecord, plan: FieldPlan, account: AccountOfContact): bigint {
  let text = plan.fingerprint
  for (const property of plan.properties) {
    const value = ownValue(record.properties, property)
    // Absent and null differ: an absent property is unknown to HubSpot, a null one is empty.
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
