import {
  CloseCode,
  handleProtocols,
  MessageType,
  makeServer,
  parseMessage,
  type ServerOptions,
  stringifyMessage,
} from 'graphql-ws'
import type { Extra } from 'graphql-ws/use/ws'
import type { Logger } from 'pino'
import type { RawData, WebSocket, WebSocketServer } from 'ws'

interface Wiring {
  readonly log: Logger
  /** How often each socket is pinged. It is terminated if it has not answered before the next ping. */
  readonly pingEveryMs: number
}

type Payload = Record<string, unknown>

/** Message types that the protocol allows clients to send. */
const sentByClients: readonly MessageType[] = [
  MessageType.ConnectionInit,
  MessageType.Subscribe,
  MessageType.Complete,
  MessageType.Ping,
  MessageType.Pong,
]

/** Maximum number of unsent pongs. Further pings are not answered, because their client does not read. */
const unreadPongs = 10

/**
 * Runs graphql-transport-ws on every new socket that an earlier listener has not closed. The library's own binding
 * (`graphql-ws/use/ws`) prints each socket error to the console; this one writes it to the log. A message that clients must
 * not send closes the socket with 4400. A frame that violates RFC 6455 closes it with the code of that RFC.
 */
export function serveProtocol<More extends Record<PropertyKey, unknown>>(
  options: ServerOptions<Payload, Extra & Partial<More>>,
  sockets: WebSocketServer,
  { log, pingEveryMs }: Wiring,
): void {
  const protocol = makeServer<Payload, Extra & Partial<More>>(options)
  sockets.options.handleProtocols = handleProtocols
  sockets.on('error', (error) => log.error({ err: error }, 'the WebSocket server failed'))
  sockets.on('connection', (socket, request) => {
    // `ws` has already closed the socket.
    socket.on('error', ({ message, ...details }) => log.debug({ ...details, reason: message }, 'a WebSocket failed'))
    if (socket.readyState !== socket.OPEN) return
    const stopPinging = ping(socket, pingEveryMs)
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => {
          log.debug({ code, reason }, 'a WebSocket is closed because of an error of its client')
          socket.close(code, reason)
        },
        onMessage: (handle) => socket.on('message', (data) => handle(String(data)).catch(fail(socket, data, log))),
        onPing: pong(socket),
      },
      { socket, request } as Extra & Partial<More>,
    )
    socket.once('close', (code, reason) => {
      stopPinging()
      closed(code, String(reason)).catch((error) => log.error({ err: error }, 'a WebSocket could not be cleaned up'))
    })
  })
}

function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Nobody reads it anymore.
    if (socket.readyState !== socket.OPEN) resolve()
    else socket.send(text, (error) => (error ? reject(error) : resolve()))
  })
}

function pong(socket: WebSocket) {
  let unread = 0
  return async (payload: Payload | undefined) => {
    if (unread >= unreadPongs) return
    unread += 1
    try {
      await send(socket, stringifyMessage({ type: MessageType.Pong, payload }))
    } finally {
      unread -= 1
    }
  }
}

function fail(socket: WebSocket, data: RawData, log: Logger) {
  return (error: unknown) => {
    // Writes may fail while the socket closes.
    if (socket.readyState !== socket.OPEN) return
    const { type } = parseMessage(String(data))
    if (sentByClients.includes(type)) {
      log.error({ err: error }, 'a WebSocket message could not be handled')
      socket.close(CloseCode.InternalServerError, 'Something went wrong on our side.')
    } else {
      log.debug({ type }, 'a WebSocket sent a message that only servers send')
      socket.close(CloseCode.BadRequest, `A client does not send messages of type "${type}".`)
    }
  }
}

/** Terminates the socket if its peer has disappeared. Returns a function that stops the pings. */
function ping(socket: WebSocket, everyMs: number): () => void {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    // Pongs that arrived while the process was busy are read first.
    if (!isAlive) return void setImmediate(() => isAlive || socket.terminate())
    isAlive = false
    socket.ping()
  }, everyMs)
  return () => clearInterval(timer)
}
