import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { cleanUp } from './clean-up.ts'

/** A connection to a server that can be cut, as when a network fails or a server restarts. */
export interface CuttableLine {
  /** The server's URL, through this line. */
  readonly url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  /**
   * Stops forwarding without telling either side, as if a machine had disappeared. Even the end of a connection is not
   * forwarded.
   */
  silence(): void
  /** New connections work again, and silenced ones continue where they were. */
  restore(): void
}

export async function createCuttableLine(serverUrl: string): Promise<CuttableLine> {
  const target = new URL(serverUrl)
  const defaultPort = target.protocol.startsWith('redis') ? 6379 : 5432
  const sockets = new Set<Socket>()
  let isCut = false
  let isSilent = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(Number(target.port) || defaultPort, target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('data', (bytes) => other.write(bytes))
      if (isSilent) socket.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  cleanUp(() => {
    cut()
    server.close()
  })
  const url = new URL(serverUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cut,
    silence: () => {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    restore: () => {
      isCut = false
      isSilent = false
      for (const socket of sockets) socket.resume()
    },
  }
}
