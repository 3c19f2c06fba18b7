import type pg from 'pg'
import type { SteadyClient } from './steady-connection.ts'

/** A statement returned more characters than the process allows. */
export class ResultTooLargeError extends Error {
  override name = 'ResultTooLargeError'

  constructor(characters: number) {
    super(`A statement returned more than ${characters} characters.`)
  }
}

/** True for a {@link ResultTooLargeError}, and for an error of Prisma that wraps one. */
export function isResultTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error instanceof ResultTooLargeError || isResultTooLarge(error.cause)
}

/**
 * A client whose statements fail with {@link ResultTooLargeError} if they return more than `characters`. The remaining rows
 * are read from the socket and dropped, so the whole result is never in memory.
 */
export function boundedClient(characters: number, Base: typeof SteadyClient): typeof SteadyClient {
  return class BoundedClient extends Base {
    // biome-ignore lint/suspicious/noExplicitAny: one signature for all overloads of pg's method.
    override query(statement: any, ...more: any[]): any {
      const pass = super.query.bind(this) as (...given: unknown[]) => unknown
      const config = typeof statement === 'string' ? { text: statement } : statement
      // A cursor or a stream does not keep its rows.
      if (config === null || typeof config !== 'object' || 'submit' in config) return pass(statement, ...more)
      return pass({ ...config, types: bounded(config.types ?? this, characters) }, ...more)
    }
  }
}

/** The same value parsers, which also count characters. pg requests one parser for each column of a result. */
function bounded(types: pg.CustomTypesConfig, maximum: number): pg.CustomTypesConfig {
  let characters = 0
  const getTypeParser = (oid: number, format?: 'text' | 'binary') => {
    const parse = types.getTypeParser(oid, format as 'text') as (value: string | Buffer) => unknown
    return (value: string | Buffer) => {
      characters += value.length
      if (characters > maximum) throw new ResultTooLargeError(maximum)
      return parse(value)
    }
  }
  return { getTypeParser } as pg.CustomTypesConfig
}
