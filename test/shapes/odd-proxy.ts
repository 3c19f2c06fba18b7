import { Agent, createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { cleanUp } from '../support/clean-up.ts'

/** A call that passes through: what identifies it, and what came back. */
export interface PassedCall {
  readonly method: string
  readonly url: string
  readonly requestBody: string
  readonly status: number
  readonly body: string
}

export interface OddProxy {
  readonly url: string
  /** Sees each answer, and returns what is sent instead. */
  change: (call: PassedCall) => string
}

/** A server between product and simulator that ends with the test file. */
export async function startOddProxy(target: string): Promise<OddProxy> {
  const agent = new Agent({ keepAlive: true })
  const { hostname, port } = new URL(target)
  const proxy = { url: '', change: ({ body }: PassedCall) => body }
  const forward = async (incoming: IncomingMessage) => {
    const { method = 'GET', url = '/', headers } = incoming
    const requestBody = await buffer(incoming)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = httpRequest({ hostname, port, method, path: url, headers, agent }, resolve)
      outgoing.on('error', reject)
      outgoing.end(requestBody)
    })
    const body = (await buffer(answer)).toString()
    const status = answer.statusCode ?? 500
    const sent = Buffer.from(proxy.change({ method, url, requestBody: requestBody.toString(), status, body }))
    return { status, headers: { ...answer.headers, 'content-length': sent.length }, sent }
  }
  const server = createServer((incoming, outgoing) => {
    forward(incoming).then(
      ({ status, headers, sent }) => outgoing.writeHead(status, headers).end(sent),
      () => outgoing.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  cleanUp(async () => {
    agent.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return proxy
}
