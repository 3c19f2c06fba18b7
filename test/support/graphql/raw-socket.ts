import { once } from 'node:events'
import { WebSocket } from 'ws'
import { cleanUp } from '../clean-up.ts'

export interface RawSocket {
  /** Sends a message of the protocol, or text as is. */
  send(message: object | string): void
  /** Closes the socket from this side. */
  close(): void
  /** The next message. Fails if the socket closes first. */
  next(): Promise<{ type: string; id?: string; payload?: unknown }>
  /** Resolves when the server has closed the socket. */
  readonly closed: Promise<{ code: number; reason: string }>
}

/** A WebSocket to the API that sends whatever it is given, including protocol errors. */
export async function openRawSocket(url: string, protocols = ['graphql-transport-ws']): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocols)
  cleanUp(() => socket.terminate())
  const messages: string[] = []
  let wake = () => {}
  socket.on('message', (data) => {
    messages.push(String(data))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  await once(socket, 'open')
  return {
    closed,
    close: () => socket.close(),
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: async () => {
      while (messages.length === 0) {
        const arrival = new Promise<void>((resolve) => {
          wake = resolve
        })
        const end = await Promise.race([arrival, closed])
        if (end !== undefined && messages.length === 0) throw new Error(`closed: ${end.code} ${end.reason}`)
      }
      return JSON.parse(messages.shift() ?? '')
    },
  }
}
