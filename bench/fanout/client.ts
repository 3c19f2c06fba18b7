import { randomUUID } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import { WebSocket } from 'ws'
import { type Connect, type Delivered, type FromClient, momentPattern, type ToClient } from './messages.ts'

/** The subscribers, in a separate process, so that their cost is not counted as the server's. */

/** Number of connections that are opened at the same time. */
const atOnce = 50
/** Up to this many deliveries, each is timed. Above it, only a sample. */
const timedAtMost = 200_000

let events = 0
let completed = 0
let lost = 0
let withLast = 0
let last = ''
let sample = ''
let latencies: number[] = []
/** One in this many deliveries is timed. */
let every = 1

/** Sockets deliver messages one after the other, and many of them get the same event, so the last one is cached. */
let known = { text: '', moment: Number.NaN }

function hear(text: string): void {
  events++
  sample = text
  if (last !== '' && text.includes(last)) withLast++
  if (events % every !== 0) return
  const moment = momentPattern.exec(text)?.[1] ?? ''
  if (moment === '') return
  if (moment !== known.text) known = { text: moment, moment: Date.parse(moment) }
  latencies.push(Date.now() - known.moment)
  if (latencies.length < timedAtMost) return
  latencies = latencies.filter((_latency, index) => index % 2 === 0)
  every *= 2
}

function begin(text: string): void {
  events = 0
  completed = 0
  withLast = 0
  latencies = []
  every = 1
  last = text
}

function report(): Delivered {
  return { events, completed, lost, withLast, latencies: latencies.sort((a, b) => a - b), sample }
}

const closers: (() => void)[] = []

function openSocket({ url, wire, token, operation }: Connect): Promise<void> {
  const socket = new WebSocket(url, wire === 'raw ws' ? [] : ['graphql-transport-ws'])
  closers.push(() => socket.terminate())
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => lost++)
    socket.on('open', () => {
      if (operation === undefined) resolve()
      else socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
    })
    socket.on('message', (data) => {
      const text = String(data)
      if (operation === undefined || text.includes('"type":"next"')) hear(text)
      else if (text.includes('"connection_ack"')) {
        // Real clients use a different id for each operation.
        socket.send(JSON.stringify({ type: 'subscribe', id: randomUUID(), payload: operation }))
        resolve()
      } else if (text.includes('"type":"complete"')) completed++
      else if (text.includes('"type":"error"')) reject(new Error(text))
    })
  })
}

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })

function openStream({ url, token, operation }: Connect): Promise<void> {
  const body = JSON.stringify(operation)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent, method: 'POST', headers }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      resolve()
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        const blocks = (rest + chunk).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          if (block.startsWith('event: next')) hear(block)
          else if (block.startsWith('event: complete')) completed++
        }
      })
      response.on('close', () => lost++)
      response.on('error', () => {})
    })
    asking.on('error', reject)
    asking.end(body)
    closers.push(() => asking.destroy())
  })
}

async function connectAll(connect: Connect): Promise<void> {
  let left = connect.subscribers
  const open = connect.wire === 'SSE' ? openStream : openSocket
  const connectNext = async () => {
    while (left-- > 0) await open(connect)
  }
  await Promise.all(Array.from({ length: atOnce }, connectNext))
}

function tell(message: FromClient): void {
  process.send?.(message)
}

process.on('message', (message: ToClient) => {
  if (message.kind === 'begin') {
    begin(message.last)
    tell({ kind: 'begun' })
  } else if (message.kind === 'report') tell({ kind: 'report', delivered: report() })
  else {
    connectAll(message.connect).then(
      () => tell({ kind: 'connected' }),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
})
process.on('disconnect', () => process.exit())
tell({ kind: 'ready' })
