import './node-20.ts'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makePgSmartTagsPlugin } from 'postgraphile/utils'
import { authenticate, databaseUrl, openPool, poolSize, tellPort } from '../reads/peer.ts'

/** PostGraphile over the tables themselves, and the functions of bench/reads/postgraphile-documents.ts. */

const pool = openPool()

/** The tables of handles and links have triggers in place of foreign keys. */
const uniqueKey = { kind: 'class' as const, match: 'contact', tags: { unique: 'workspace_id,external_id' } }
const relation = (table: string, foreignFieldName: string, single: string) => ({
  kind: 'class' as const,
  match: table,
  tags: {
    foreignKey: `(contact_id) references contact (id)|@fieldName contact|@foreign${single}FieldName ${foreignFieldName}`,
  },
})

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [
    makePgSmartTagsPlugin([
      uniqueKey,
      relation('contact_handle', 'handles', ''),
      relation('contact_link', 'link', 'Single'),
    ]),
  ],
  pgServices: [
    makePgService({ connectionString: databaseUrl, schemas: ['public', 'bench_reads'], poolConfig: { max: poolSize } }),
  ],
  grafast: {
    explain: false,
    context: async (ctx) => ({ session: await authenticate(pool, ctx.node?.req.headers.authorization) }),
  },
  grafserv: { graphiql: false, watch: false },
  gather: { installWatchFixtures: false },
})
const server = createServer()
await pgl.createServ(grafserv).addTo(server)
if (process.argv.includes('--schema')) {
  const { printSchema } = await import('postgraphile/graphql')
  console.log(printSchema(await pgl.getSchema()))
}
server.listen(0, '127.0.0.1', () => tellPort((server.address() as AddressInfo).port))
