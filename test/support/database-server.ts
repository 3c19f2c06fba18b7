import pg from 'pg'

const servers = new Map<string, pg.Pool>()

/** Runs one statement on the server's maintenance database. */
export async function administer(
  serverUrl: string,
  statement: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  const server = servers.get(serverUrl) ?? new pg.Pool({ connectionString: serverUrl, max: 1, allowExitOnIdle: true })
  if (!servers.has(serverUrl)) server.on('error', () => {})
  servers.set(serverUrl, server)
  return server.query(statement, values)
}

export function databaseUrlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
