import { prepared, type Queryable } from '../database/database.ts'
import type { Read } from './select-list.ts'

interface Statement<Row> {
  readonly text: string
  readonly toRow: Read<Row>
}

/** Clients choose what is selected, and each connection keeps a plan of some kilobytes for each statement. */
const maxKept = 100

/** Statements that are built once, and of which connections keep the plans of the first hundred. */
export class KeptStatements<Row> {
  readonly #statements = new Map<string, Statement<Row>>()

  /** Runs the statement with this key, which `build` builds. */
  async run(
    queryable: Queryable,
    key: string,
    values: readonly unknown[],
    build: () => Statement<Row>,
  ): Promise<Row[]> {
    const known = this.#statements.get(key)
    const statement = known ?? build()
    const isKept = known !== undefined || this.#statements.size < maxKept
    if (isKept) this.#statements.set(key, statement)
    const query = isKept ? prepared(statement.text, values) : { text: statement.text, values: [...values] }
    const { rows } = await queryable.query<unknown[]>({ ...query, rowMode: 'array' })
    return rows.map(statement.toRow)
  }
}
