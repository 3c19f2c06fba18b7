import pg from 'pg'

/** Runs one statement on the server's maintenance database, on a separate connection. */
export async function administer(
  serverUrl: string,
  statement: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: serverUrl })
  client.on('error', () => {})
  await client.connect()
  try {
    return await client.query(statement, values)
  } finally {
    await client.end()
  }
}

export function databaseUrlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
