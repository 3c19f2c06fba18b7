/**
 * An option in a shape that HubSpot does not document but real portals have been seen to send, for example without a
 * label.
 */
export type OddOption = { label?: unknown; value?: unknown } | null

export interface PropertyOption {
  label: string
  value: string
}

export const LIFECYCLE_STAGES: readonly PropertyOption[] = [
  { label: 'Subscriber', value: 'subscriber' },
  { label: 'Lead', value: 'lead' },
  { label: 'Marketing Qualified Lead', value: 'marketingqualifiedlead' },
  { label: 'Sales Qualified Lead', value: 'salesqualifiedlead' },
  { label: 'Opportunity', value: 'opportunity' },
  { label: 'Customer', value: 'customer' },
  { label: 'Evangelist', value: 'evangelist' },
  { label: 'Other', value: 'other' },
]

export const INTERESTS: readonly PropertyOption[] = [
  { label: 'Sea & air freight', value: 'freight' },
  { label: 'Customs', value: 'customs' },
  { label: 'Warehousing', value: 'warehousing' },
  { label: 'Insurance, all risks', value: 'insurance' },
]

export const INDUSTRIES: readonly PropertyOption[] = [
  { label: 'Computer Software', value: 'COMPUTER_SOFTWARE' },
  { label: 'Logistics and Supply Chain', value: 'LOGISTICS_AND_SUPPLY_CHAIN' },
  { label: 'Retail', value: 'RETAIL' },
]

export const YES_NO: readonly PropertyOption[] = [
  { label: 'Yes', value: 'true' },
  { label: 'No', value: 'false' },
]
