import { type InputProblem, InvalidInputError } from '../user-errors.ts'
import { SqlWriter } from './sql-writer.ts'

export const maxFilterDepth = 6
export const maxConditions = 60
export const maxValues = 100
export const maxTextLength = 1_000

export type Path = readonly (string | number)[]

/**
 * Turns a filter into SQL piece by piece: counts its conditions, notes what is wrong with it, each with the path that leads
 * there, and collects the values. A filter that is too deep or too large is refused before PostgreSQL has to think about it.
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

  /** Counts one condition; the first one too many is a problem. */
  count(path: Path): void {
    this.#conditions += 1
    if (this.#conditions === maxConditions + 1) this.refuse(path, `A filter has at most ${maxConditions} conditions.`)
  }

  /** Whether a filter may stand so deep inside others. */
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
    // Nothing that is stored holds NUL, and PostgreSQL takes none.
    else if (text.includes('\0') || !text.isWellFormed())
      this.refuse(path, 'The text contains NUL or half of a surrogate pair. Remove those characters.')
    else return text
    return ''
  }

  /** Throws InvalidInputError with every mistake found. */
  requireNone(): void {
    if (this.problems.length > 0) throw new InvalidInputError(this.problems)
  }
}
