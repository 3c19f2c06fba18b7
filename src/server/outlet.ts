import type { ExecutionResult, GraphQLFormattedError } from 'graphql'

/** A result as text, made once for all who are told it. */
export class ResultFrame {
  readonly json: Buffer
  #event: Buffer | null = null

  constructor({ errors, ...result }: ExecutionResult) {
    this.json = Buffer.from(
      JSON.stringify({ ...(errors && { errors: errors.map((error) => withoutTransport(error.toJSON())) }), ...result }),
    )
  }

  /** As a server-sent event. */
  get event(): Buffer {
    this.#event ??= Buffer.concat([Buffer.from('event: next\ndata: '), this.json, Buffer.from('\n\n')])
    return this.#event
  }
}

/** `extensions.http` is for answers to requests. */
function withoutTransport({ extensions, ...shown }: GraphQLFormattedError): GraphQLFormattedError {
  const { http: _http, ...others } = extensions ?? {}
  return { ...shown, extensions: others }
}

/** Where a transport takes results that were made for many, past what it does for a single one. */
export interface Outlet {
  /** False if the client reads more slowly than it is sent to: wait for `drained` before the next one. */
  send(frame: ResultFrame): boolean
  /** Resolves when the client has caught up; never if it is gone. */
  drained(): Promise<void>
}

/** Bytes that wait for one client at most, but for the last result. */
export const waitingBytes = 65_536
