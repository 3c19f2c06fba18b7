/**
 * Why a request has no viewer. `UNAUTHENTICATED`: send a valid token. `FORBIDDEN`: the token's user may not act in the
 * named workspace. `WORKSPACE_REQUIRED`: the user of a JSON Web Token has several workspaces and must name one.
 */
export type AuthenticationFailure = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'WORKSPACE_REQUIRED'

export class AuthenticationError extends Error {
  override name = 'AuthenticationError'
  readonly code: AuthenticationFailure
  /** Row ids and names of workspaces to choose from, at most 20 per organization. Only with `WORKSPACE_REQUIRED`. */
  readonly workspaces: readonly { readonly id: string; readonly name: string }[]

  constructor(code: AuthenticationFailure, message: string, workspaces: AuthenticationError['workspaces'] = []) {
    super(message)
    this.code = code
    this.workspaces = workspaces
  }
}
