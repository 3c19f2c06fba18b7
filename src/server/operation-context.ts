import type { Credentials, Session } from '../auth/authenticate.ts'

/** What the transports put beside an operation. */
export interface OperationContext {
  session?: Session
  credentials?: Credentials
  transport?: 'HTTP' | 'WebSocket'
}
