import type { GraphQLField } from 'graphql'

/** What an operation pays for a field, beside the objects that it leads to. */
export interface FieldCost {
  /** Paid for each time that the field is resolved: for a long text, a count, a call to HubSpot. Default 0. */
  readonly own?: number
  /** For how many objects a list counts if no argument says how many are asked for. Default {@link defaultListSize}. */
  readonly items?: number
}

/** A list without a page size, such as the handles of a contact, has a few items most of the time. */
export const defaultListSize = 5

/** A text that may have 50,000 characters. */
export const longText: FieldCost = { own: 10 }

/** A workspace has a dozen custom fields, more or less. */
export const customFieldsCost: FieldCost = { items: 10 }

/** Declares what a field costs: `extensions: cost({ own: 10 })`. A number alone is its own cost. */
export function cost(declared: FieldCost | number): { readonly cost: FieldCost | number } {
  return { cost: declared }
}

/** What the field declares that it costs. */
export function costOf({ extensions }: GraphQLField<unknown, unknown>): FieldCost {
  const declared = extensions.cost as FieldCost | number | undefined
  return typeof declared === 'number' ? { own: declared } : (declared ?? {})
}
