/** Collects the values of a statement while its text is written. */
export class SqlWriter {
  readonly values: unknown[]

  /** Appends to a copy of these values. */
  constructor(values: readonly unknown[] = []) {
    this.values = [...values]
  }

  /** Adds the value and returns its placeholder. */
  value(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** A condition that is true if all of these are true. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition})`).join(' AND ')
}

/** A condition that is true if at least one of these is true. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : conditions.map((condition) => `(${condition})`).join(' OR ')
}
