import { type InputProblem, InvalidInputError } from '../user-errors.ts'
import { SqlWriter } from './sql-writer.ts'

export const maxFilterDepth = 6
export const maxConditions = 60
export const maxValues = 100
export const maxTextLength = 1_000

export type Path = readonly (string | number)[]

/**
 * Turns a filter into SQL piece by piece. Counts its conditions, collects its values, and records its problems with their
 * paths. A filter that is too deep or too large is rejected before PostgreSQL has to plan it.
 */
export class FilterReader extends SqlWriter {
  readonly problems: InputProblem[] = []
  readonly workspaceId: string
  #conditions = 0

  constructor(workspaceId: string) {
    super()
    this.workspaceId = workspaceId
  }

  refuse(path: Path, message: string): void {
    this.problems.push({ path: path.map(String), message })
  }

  /** Counts one condition. The first condition above the maximum is a problem. */
  count(path: Path): void {
    this.#conditions += 1
    if (this.#conditions === maxConditions + 1) this.refuse(path, `A filter has at most ${maxConditions} conditions.`)
  }

  /** Returns false, and records a problem, if the filter is nested too deeply. */
  mayNest(path: Path, depth: number): boolean {
    if (depth <= maxFilterDepth) return true
    this.refuse(path, `A filter has at most ${maxFilterDepth} levels.`)
    return false
  }

  list<T>(path: Path, values: readonly T[]): readonly T[] {
    if (values.length <= maxValues) return values
    this.refuse(path, `At most ${maxValues} values are allowed, not ${values.length}.`)
    return []
  }

  text(path: Path, text: string): string {
    if (text.length > maxTextLength)
      this.refuse(path, `At most ${maxTextLength} characters are allowed, not ${text.length}.`)
    // Stored text never contains NUL, and PostgreSQL does not accept it.
    else if (text.includes('\0') || !text.isWellFormed())
      this.refuse(path, 'The text contains NUL or half of a surrogate pair. Remove those characters.')
    else return text
    return ''
  }

  /** Throws InvalidInputError with every problem that was found. */
  requireNone(): void {
    if (this.problems.length > 0) throw new InvalidInputError(this.problems)
  }
}
