/**
 * PostgreSQL or Redis answers, but this program cannot work correctly with it as it is. The message is one sentence that says
 * what is wrong and what to do. It contains no address and no secret, so `GET /health/ready` shows it.
 */
export class UnusableServiceError extends Error {
  override name = 'UnusableServiceError'
}
