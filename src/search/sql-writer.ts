/** Collects the values of a statement while its text is written. */
export class SqlWriter {
  readonly values: unknown[]

  /** Goes on from these values, which stay as they are. */
  constructor(values: readonly unknown[] = []) {
    this.values = [...values]
  }

  /** The placeholder that stands for the value. */
  value(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** What holds if all of these do. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition})`).join(' AND ')
}

/** What holds if one of these does. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : conditions.map((condition) => `(${condition})`).join(' OR ')
}
