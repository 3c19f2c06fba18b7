import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { type Outlet, ResultFrame, waitingBytes } from './outlet.ts'

const comment = Buffer.from(':\n\n')
const complete = Buffer.from('event: complete\ndata:\n\n')
/** How often something is sent, so that proxies do not consider the connection dead. */
const pingEveryMs = 12_000

/**
 * A response of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Implements {@link
 * Outlet}, so it can also send frames that many clients share.
 */
export class EventStream implements Outlet {
  readonly #response: ServerResponse
  #body: Readable | null = null
  #drained = () => {}

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** The body to send. It is created on first use. */
  get body(): Readable {
    this.#body ??= new Readable({ highWaterMark: waitingBytes, read: () => this.#drained() })
    return this.#body
  }

  send(frame: ResultFrame): boolean {
    const { body } = this
    return body.destroyed || body.push(frame.event)
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve
    })
  }

  /** Sends the subscription's own results and its end. Ends the subscription if the client disconnects. */
  async carry(results: AsyncIterator<ExecutionResult>): Promise<void> {
    const { body } = this
    let isOver = false
    const leave = () => {
      clearInterval(pinging)
      body.destroy()
      if (!isOver) void results.return?.()
    }
    const pinging = setInterval(() => body.readableLength === 0 && body.push(comment), pingEveryMs)
    if (this.#response.destroyed) return leave()
    this.#response.once('close', leave)
    // Some browsers ignore the headers until the first bytes of the body arrive.
    body.push(comment)
    try {
      for (;;) {
        const { value, done } = await results.next()
        if (done) break
        this.send(new ResultFrame(value))
      }
    } catch (error) {
      const shown = error instanceof GraphQLError ? error : new GraphQLError('The subscription failed.')
      this.send(new ResultFrame({ errors: [shown] }))
    }
    isOver = true
    // The stream was interrupted. It must not report completion.
    if (body.destroyed || this.#response.destroyed) return leave()
    clearInterval(pinging)
    body.push(complete)
    body.push(null)
  }
}
