import type { WebSocket } from 'ws'
import { type Outlet, type ResultFrame, waitingBytes } from './outlet.ts'

/** Sends the results of one operation over a WebSocket, in the graphql-transport-ws protocol. */
export class SocketOutlet implements Outlet {
  readonly #socket: WebSocket
  readonly #head: Buffer
  #flushed: Promise<void> = Promise.resolve()

  constructor(socket: WebSocket, operationId: string) {
    this.#socket = socket
    this.#head = Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`)
  }

  send({ json }: ResultFrame): boolean {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return true
    const length = this.#head.length + json.length + 1
    const message = Buffer.allocUnsafe(length)
    this.#head.copy(message)
    json.copy(message, this.#head.length)
    message[length - 1] = closingBrace
    if (socket.bufferedAmount + length <= waitingBytes) {
      socket.send(message, asText)
      return true
    }
    this.#flushed = new Promise((resolve) => socket.send(message, asText, () => resolve()))
    return socket.bufferedAmount <= waitingBytes
  }

  drained(): Promise<void> {
    return this.#flushed
  }
}

const closingBrace = '}'.charCodeAt(0)
const asText = { binary: false }
