import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { type Outlet, ResultFrame, waitingBytes } from './outlet.ts'

const comment = Buffer.from(':\n\n')
const complete = Buffer.from('event: complete\ndata:\n\n')
/** So often something is sent, so that nobody in between takes the connection for dead. */
const pingEveryMs = 12_000

/** An answer of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) that many may share. */
export class EventStream implements Outlet {
  readonly #response: ServerResponse
  #body: Readable | null = null
  #drained = () => {}

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** What is to be sent; made when it is first needed. */
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

  /** Sends what the subscription itself has to say, and its end; leaves the subscription when the client has left. */
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
    // Some browsers take no notice of headers before something follows.
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
    // It has been broken off: that is not the end of what it follows.
    if (body.destroyed || this.#response.destroyed) return leave()
    clearInterval(pinging)
    body.push(complete)
    body.push(null)
  }
}
