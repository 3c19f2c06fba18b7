import type { Credentials, Session } from '../auth/authenticate.ts'
import type { Outlet } from './outlet.ts'

/** What the transports add to the context of an operation. */
export interface OperationContext {
  session?: Session
  credentials?: Credentials
  transport?: 'HTTP' | 'WebSocket'
  /** The cost of the operation. Not set before it is measured. */
  cost?: number
  /**
   * Makes the transport end the operation without reporting completion, so that the client reconnects and sends it again.
   */
  breakOff?: () => void
  /** Takes results that are serialised once for many subscriptions. */
  outlet?: Outlet
}
