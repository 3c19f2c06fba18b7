import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut visibly, or stop forwarding silently, as when a machine loses its network. */
export interface TcpLine {
  readonly port: number
  /** Number of bytes forwarded so far, in both directions. */
  readonly forwarded: number
  /** The server's URL through this line. */
  urlOf(serverUrl: string): string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  /** Stops forwarding without telling either side. Connections stay open, including new ones. */
  vanish(): void
  /** Forwards again, after either of them. Silent connections continue where they stopped. */
  restore(): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

/** Opens a line to a server on this machine. */
export async function openTcpLine(targetPort: number): Promise<TcpLine> {
  const pairs = new Set<Pair>()
  let state: 'open' | 'cut' | 'vanished' = 'open'
  let forwarded = 0
  const link = (from: Socket, to: Socket, pair: Pair) => {
    from.on('data', (bytes) => {
      forwarded += bytes.length
      if (!to.write(bytes)) from.pause()
    })
    to.on('drain', () => {
      if (state !== 'vanished') from.resume()
    })
    from.on('error', () => {})
    from.on('close', () => {
      // A machine that has disappeared does not close its connections.
      if (state === 'vanished') return
      pairs.delete(pair)
      to.destroy()
    })
  }
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const pair = { near, far: connect(targetPort, '127.0.0.1') }
    pairs.add(pair)
    link(near, pair.far, pair)
    link(pair.far, near, pair)
    if (state === 'vanished') near.pause()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const destroyAll = () => {
    for (const { near, far } of pairs) {
      near.destroy()
      far.destroy()
    }
    pairs.clear()
  }
  return {
    port,
    get forwarded() {
      return forwarded
    },
    urlOf: (serverUrl) => {
      const url = new URL(serverUrl)
      url.hostname = '127.0.0.1'
      url.port = String(port)
      return url.href
    },
    cut: () => {
      state = 'cut'
      destroyAll()
    },
    vanish: () => {
      state = 'vanished'
      for (const { near, far } of pairs) {
        near.pause()
        far.pause()
      }
    },
    restore: () => {
      state = 'open'
      for (const pair of pairs) {
        const { near, far } = pair
        if (near.destroyed || far.destroyed) {
          near.destroy()
          far.destroy()
          pairs.delete(pair)
        } else {
          near.resume()
          far.resume()
        }
      }
    },
    close: async () => {
      state = 'cut'
      destroyAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
