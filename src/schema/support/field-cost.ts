import type { GraphQLField } from 'graphql'

/** Cost of selecting a field, in addition to the cost of the objects that it returns. */
export interface FieldCost {
  /**
   * Cost of the field itself each time it is resolved, for example for a long text, a count, or a call to HubSpot. Default
   * 0.
   */
  readonly own?: number
  /** Assumed number of objects in a list whose arguments do not limit it. Default {@link defaultListSize}. */
  readonly items?: number
}

/** Most lists without a page size, such as the handles of a contact, have only a few items. */
export const defaultListSize = 5

/** A text of up to 50,000 characters. */
export const longText: FieldCost = { own: 10 }

/** Most workspaces have about ten custom fields. */
export const customFieldsCost: FieldCost = { items: 10 }

/** Declares the cost of a field: `extensions: cost({ own: 10 })`. A number is the cost of the field itself. */
export function cost(declared: FieldCost | number): { readonly cost: FieldCost | number } {
  return { cost: declared }
}

/** The declared cost of a field. */
export function costOf({ extensions }: GraphQLField<unknown, unknown>): FieldCost {
  const declared = extensions.cost as FieldCost | number | undefined
  return typeof declared === 'number' ? { own: declared } : (declared ?? {})
}
