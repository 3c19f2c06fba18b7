import type { Credentials, Session } from '../auth/authenticate.ts'
import type { Outlet } from './outlet.ts'

/** What the transports put beside an operation. */
export interface OperationContext {
  session?: Session
  credentials?: Credentials
  transport?: 'HTTP' | 'WebSocket'
  /** The cost of the operation. Not set before it is measured. */
  cost?: number
  /**
   * Has the transport end the operation without a word of its being complete, so that the client connects again and asks
   * anew.
   */
  breakOff?: () => void
  /** Takes results that are made once for many subscriptions. */
  outlet?: Outlet
}
