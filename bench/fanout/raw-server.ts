import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Broadcast } from './messages.ts'

/**
 * The minimum cost of sending: a server that only writes a prebuilt frame to every socket. It bypasses the bookkeeping of
 * `ws`, which no real server would do.
 */
const http = createServer()
const server = new WebSocketServer({ server: http })

/** A complete, unmasked text frame of less than 64 KiB (RFC 6455, 5.2). */
function frameOf(message: string): Buffer {
  const payload = Buffer.from(message)
  const isShort = payload.length < 126
  const header = Buffer.alloc(isShort ? 2 : 4)
  header[0] = 0x81
  header[1] = isShort ? payload.length : 126
  if (!isShort) header.writeUInt16BE(payload.length, 2)
  return Buffer.concat([header, payload])
}

process.on('message', ({ message }: Broadcast) => {
  const whole = frameOf(message)
  for (const client of server.clients) (client as unknown as { _socket: Socket })._socket.write(whole)
})
process.on('disconnect', () => process.exit())

http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }))
