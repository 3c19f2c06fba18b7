import { contactIds } from './seed/contact-ids.ts'
import { type ContactKind, contactKindOf } from './seed/contact-kinds.ts'

export type ExpectedError = 'MISSING_HANDLE' | 'EMAIL_TAKEN' | 'PHONE_TAKEN' | 'INVALID_VALUE'

export interface ExpectedOutcome {
  /** Members of the list "All customers". */
  total: number
  created: number
  skipped: number
  errors: Record<ExpectedError, number>
  /** The first HubSpot contact ids (at most ten) with each error, and those of merged records. */
  samples: Record<ExpectedError | 'merged', string[]>
}

const ERROR_OF_KIND: Partial<Record<ContactKind, ExpectedError>> = {
  'no-handle': 'MISSING_HANDLE',
  'duplicate-email': 'EMAIL_TAKEN',
  // An email decides before a phone does.
  'duplicate-both': 'EMAIL_TAKEN',
  'duplicate-phone': 'PHONE_TAKEN',
  'impossible-date': 'INVALID_VALUE',
}

const SAMPLE_SIZE = 10

/**
 * The expected result of a correct first sync of list 42 into an empty store, derived from the kinds that the contacts
 * were generated as.
 *
 * Valid for this mapping: firstname, lastname → name · email, work_email → email handles (with hs_additional_emails) ·
 * phone, mobilephone → phone handles, region US · about → description · jobtitle, city, lifecyclestage, annual_spend,
 * newsletter_opt_in, customer_since → custom fields.
 */
export const expectedOutcome = (seed: number, contacts: number): ExpectedOutcome => {
  const errors = { MISSING_HANDLE: 0, EMAIL_TAKEN: 0, PHONE_TAKEN: 0, INVALID_VALUE: 0 }
  const samples: ExpectedOutcome['samples'] = {
    MISSING_HANDLE: [],
    EMAIL_TAKEN: [],
    PHONE_TAKEN: [],
    INVALID_VALUE: [],
    merged: [],
  }
  const ids = contactIds(seed)
  let total = 0
  for (let index = 0; index < contacts; index++) {
    const kind = contactKindOf(seed, index)
    if (kind === 'archived') continue
    total++
    const error = ERROR_OF_KIND[kind]
    if (error) errors[error]++
    const sample = error ?? (kind === 'merged' ? kind : undefined)
    if (sample && samples[sample].length < SAMPLE_SIZE) samples[sample].push(String(ids.idAt(index)))
  }
  // A value that does not convert is an error of that field only. The contact is still created.
  const skipped = errors.MISSING_HANDLE + errors.EMAIL_TAKEN + errors.PHONE_TAKEN
  return { total, created: total - skipped, skipped, errors, samples }
}
