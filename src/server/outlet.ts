import type { ExecutionResult, GraphQLFormattedError } from 'graphql'

/** A result as text, serialised once for everyone who receives it. */
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

/** Removes `extensions.http`, which is for responses to single requests. */
function withoutTransport({ extensions, ...shown }: GraphQLFormattedError): GraphQLFormattedError {
  const { http: _http, ...others } = extensions ?? {}
  return { ...shown, extensions: others }
}

/** Where a transport takes results that are serialised for many clients, bypassing its handling of a single result. */
export interface Outlet {
  /** Returns false if the client reads too slowly: wait for `drained` before the next frame. */
  send(frame: ResultFrame): boolean
  /** Resolves when the client has caught up. Never resolves if the client is gone. */
  drained(): Promise<void>
}

/** Maximum number of bytes that wait for one client, not counting the last result. */
export const waitingBytes = 65_536
