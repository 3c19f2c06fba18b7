import { afterAll, beforeAll } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts'

export interface Answered {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

export interface SimulatedHubSpot {
  readonly simulator: Simulator
  get(path: string, token?: string): Promise<Answered>
  post(path: string, body?: unknown, token?: string): Promise<Answered>
  form(path: string, fields: Record<string, string>): Promise<Answered>
}

const answered = async (response: Response): Promise<Answered> => {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
  const { status, headers } = response
  return { status, headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** A simulator for the tests of one file, and calls to it with a fresh token. */
export const simulatedHubSpot = (options: SimulatorOptions): SimulatedHubSpot => {
  let simulator: Simulator | undefined
  let ownToken = ''
  const running = (): Simulator => {
    if (!simulator) throw new Error('The simulator is started before the first test, not sooner')
    return simulator
  }
  beforeAll(async () => {
    simulator = await startSimulator(options)
    ownToken = simulator.issueAccessToken().accessToken
  })
  afterAll(() => simulator?.close())

  const call = async (path: string, init: RequestInit, token = ownToken): Promise<Answered> => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers }
    return answered(await fetch(running().url + path, { redirect: 'manual', ...init, headers }))
  }
  return {
    get simulator() {
      return running()
    },
    get: (path, token) => call(path, {}, token),
    post: (path, body = {}, token) =>
      call(
        path,
        { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
        token,
      ),
    form: (path, fields) => call(path, { method: 'POST', body: new URLSearchParams(fields) }),
  }
}
