type Row = readonly unknown[]
/** Reads a value from a row. */
export type Read<T> = (row: Row) => T

/** Collects expressions of a SELECT, and returns a function for each that reads its value from a row. */
export class SelectList {
  readonly #expressions: string[] = []

  get text(): string {
    return this.#expressions.join(', ')
  }

  /** Selects an expression, or reuses it if it is already selected. */
  value(expression: string): Read<unknown> {
    const known = this.#expressions.indexOf(expression)
    const at = known === -1 ? this.#expressions.push(expression) - 1 : known
    return (row) => row[at]
  }

  object(table: string, columns: Readonly<Record<string, string>>): Read<object> {
    const properties = Object.entries(columns).map(
      ([name, column]) => [name, this.value(`${table}.${column}`)] as const,
    )
    return (row) => {
      const object: Record<string, unknown> = {}
      for (const [name, read] of properties) object[name] = read(row)
      return object
    }
  }

  /** Null if the join found no row of the table. */
  optional(table: string, columns: Readonly<Record<string, string>>): Read<object | null> {
    const isThere = this.value(`${table}.workspace_id`)
    const read = this.object(table, columns)
    return (row) => (isThere(row) === null ? null : read(row))
  }
}

/** Adds parts to the object that is read, unless it is null. */
export function withParts(
  read: Read<object | null>,
  parts: readonly [name: string, read: Read<unknown>][],
): Read<object | null> {
  return (row) => {
    const object = read(row) as Record<string, unknown> | null
    if (object !== null) for (const [name, readPart] of parts) object[name] = readPart(row)
    return object
  }
}
