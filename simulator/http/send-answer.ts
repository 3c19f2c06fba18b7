import type { FastifyReply } from 'fastify'
import type { Answer } from './answer.ts'

const rawHeaders = ({ contentType, headers, body }: Answer): Record<string, string | number> => ({
  ...headers,
  ...(contentType === null ? {} : { 'content-type': contentType }),
  'content-length': Buffer.byteLength(body),
})

/** Sent past Fastify's own serialising, which would add a content type where a fault wants none. */
export const sendAnswer = (reply: FastifyReply, answer: Answer): void => {
  reply.hijack()
  reply.raw.writeHead(answer.status, rawHeaders(answer))
  reply.raw.end(answer.body)
}

/** Half of the body, then the connection is gone. */
export const sendHalf = (reply: FastifyReply, answer: Answer): void => {
  reply.hijack()
  reply.raw.writeHead(answer.status, rawHeaders(answer))
  const half = Buffer.from(answer.body).subarray(0, Math.ceil(answer.body.length / 2))
  reply.raw.write(half, () => reply.raw.destroy())
}

export const dropConnection = (reply: FastifyReply): void => {
  reply.hijack()
  reply.raw.destroy()
}
