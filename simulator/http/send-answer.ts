import type { FastifyReply } from 'fastify'
import type { Answer } from './answer.ts'

const rawHeaders = ({ contentType, headers }: Answer, body: Buffer): Record<string, string | number> => ({
  ...headers,
  ...(contentType === null ? {} : { 'content-type': contentType }),
  'content-length': body.length,
})

const bytesOf = ({ body }: Answer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body)

/** Bypasses Fastify's own serialisation, which would add a content type even if a fault wants none. */
export const sendAnswer = (reply: FastifyReply, answer: Answer): void => {
  const body = bytesOf(answer)
  reply.hijack()
  reply.raw.writeHead(answer.status, rawHeaders(answer, body))
  reply.raw.end(body)
}

/** Half of the body, and then the connection is closed. */
export const sendHalf = (reply: FastifyReply, answer: Answer): void => {
  const body = bytesOf(answer)
  reply.hijack()
  reply.raw.writeHead(answer.status, rawHeaders(answer, body))
  reply.raw.write(body.subarray(0, Math.ceil(body.length / 2)), () => reply.raw.destroy())
}

export const dropConnection = (reply: FastifyReply): void => {
  reply.hijack()
  reply.raw.destroy()
}
