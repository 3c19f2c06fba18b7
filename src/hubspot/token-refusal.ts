/** What a 400, 401, or 403 of the token endpoint means. It determines the class of the error. */
export type TokenRefusal =
  /** HubSpot does not accept what the customer granted: an admin has to log in again. */
  | 'log-in'
  /** HubSpot does not accept this app: its operator must correct the configuration. */
  | 'app'
  /** HubSpot cannot decide at the moment, or was not even asked. */
  | 'outage'

/** HubSpot's codes for a mistake of the app itself, in `error` or `status`. */
const mistakesOfApp = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'bad_client_id',
  'bad_client_secret',
  'bad_grant_type',
  'bad_redirect_uri',
  'missing_client_id',
  'missing_client_secret',
  'missing_grant_type',
])

/** Codes for a temporary state. */
const outages = new Set([
  'temporarily_unavailable',
  'server_error',
  'slow_down',
  'rate_limit',
  'rate_limits',
  'internal_error',
  'locked',
  'migration_in_progress',
])

/**
 * Classifies a refusal by HubSpot's code. Any other code from HubSpot is about the given code or token. If the answer
 * contains nothing that HubSpot could have said, it comes from something in front of HubSpot.
 */
export function readTokenRefusal(code: string | null, isHubSpots: boolean): TokenRefusal {
  if (!isHubSpots) return 'outage'
  const word = (code ?? '').toLowerCase()
  if (mistakesOfApp.has(word)) return 'app'
  return outages.has(word) ? 'outage' : 'log-in'
}
