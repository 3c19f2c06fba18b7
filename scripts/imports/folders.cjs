// Which folder may import which, as data. `.dependency-cruiser.cjs` turns it into rules, `npm run generate` prints it into
// ARCHITECTURE.md, and `npm run imports` checks the code against it.

const base = ['src/config', 'src/generated', 'src/user-errors']

/**
 * Folders from the outside in. A folder may import itself and, from the rest of the project, only what `mayImport` names:
 * folders, or files without their extension. `null` means anything.
 */
const folders = [
  {
    folder: 'src/server',
    holds: 'HTTP, WebSocket, SSE, limits before execution, OAuth callback, webhook endpoint',
    mayImport: [
      ...base,
      'src/schema',
      'src/exports',
      'src/sync/sync-context',
      'src/webhooks',
      'src/connection',
      'src/auth',
      'src/hubspot',
      'src/followers',
      'src/broker/rate-windows',
      'src/database',
      'src/metrics',
    ],
  },
  {
    folder: 'src/schema',
    holds: 'GraphQL types, thin resolvers, access rules (`access-rules.ts`)',
    mayImport: [
      ...base,
      'src/exports/export-links',
      'src/sync',
      'src/search',
      'src/custom-fields',
      'src/accounts',
      'src/contacts',
      'src/records',
      'src/connection',
      'src/workspaces',
      'src/audit',
      'src/auth',
      'src/hubspot/portal',
      'src/hubspot/record-url',
      'src/followers',
      'src/database',
    ],
  },
  {
    folder: 'src/jobs',
    holds: 'BullMQ: job definitions (`definitions.ts`), the worker, its loops',
    mayImport: ['src/sync', 'src/broker', 'src/database'],
  },
  {
    folder: 'src/webhooks',
    holds: 'events from webhooks and the journal, stored as rows of `hubspot_change`; takes no value from an event',
    mayImport: [...base, 'src/hubspot', 'src/database'],
  },
  {
    folder: 'src/sync',
    holds: 'the rules: settings, mapping, matching, runs, errors, progress; does not know GraphQL or BullMQ',
    mayImport: [
      ...base,
      'src/accounts',
      'src/contacts',
      'src/records',
      'src/hubspot',
      'src/auth',
      'src/mail',
      'src/broker/announcements',
      'src/broker/wake-up',
      'src/followers',
      'src/database',
    ],
  },
  {
    folder: 'src/exports',
    holds: 'links that stream contacts or errors as JSONL or CSV',
    mayImport: [
      ...base,
      'src/sync/errors/error-filter',
      'src/search',
      'src/contacts',
      'src/auth',
      'src/encryption',
      'src/database',
    ],
  },
  {
    folder: 'src/search',
    holds: 'finding contacts and accounts: filters as SQL, keyset pages, suggestions',
    mayImport: [...base, 'src/accounts', 'src/contacts', 'src/records', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/custom-fields',
    holds: 'custom field definitions',
    mayImport: [...base, 'src/accounts', 'src/contacts', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/accounts',
    holds: 'the account store: domains, set-based reads and writes, local edits',
    mayImport: [...base, 'src/contacts', 'src/records', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/contacts',
    holds: 'the contact store: handles and their lock, set-based reads and writes, local edits, published changes',
    mayImport: [...base, 'src/records', 'src/auth', 'src/broker/announcements', 'src/followers', 'src/database'],
  },
  {
    folder: 'src/records',
    holds: 'code that both stores share: stored record, changes, link table',
    mayImport: [...base, 'src/hubspot/record-url', 'src/database'],
  },
  {
    folder: 'src/connection',
    holds: 'log-in to HubSpot, tokens, `openPortal`',
    mayImport: [...base, 'src/hubspot', 'src/encryption', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/admin',
    holds: "the operator's commands",
    mayImport: [
      ...base,
      'src/lifecycle',
      'src/workspaces',
      'src/audit',
      'src/sync/live/freshness',
      'src/sync/runs',
      'src/connection',
      'src/hubspot',
      'src/encryption',
      'src/database',
    ],
  },
  {
    folder: 'src/lifecycle',
    holds:
      'the life of data: how long rows are kept (`retention-rules.ts`), deleting and exporting a workspace with all of its rows',
    mayImport: [
      ...base,
      'src/sync/runs/control-run',
      'src/sync/runs/run-states',
      'src/connection/revoke-login',
      'src/contacts/change-position',
      'src/database',
    ],
  },
  {
    folder: 'src/workspaces',
    holds: 'tenants, their members, and their machine users',
    mayImport: [...base, 'src/auth', 'src/database'],
  },
  {
    folder: 'src/audit',
    holds: 'the log of what users and the operator did',
    mayImport: [...base, 'src/auth', 'src/database'],
  },
  { folder: 'src/auth', holds: 'viewers, roles, plans', mayImport: [...base, 'src/database'] },
  {
    folder: 'src/hubspot',
    holds: 'the only code that sends HTTP requests to HubSpot: paths, budget, retries, parsing',
    mayImport: ['src/config', 'src/broker'],
  },
  {
    folder: 'src/broker',
    holds:
      'chooses Redis or PostgreSQL for the queue, announcements, call windows, and rate windows; no other code knows which',
    mayImport: ['src/config', 'src/database/steady-connection'],
  },
  {
    folder: 'src/mail',
    holds: 'the only code that speaks SMTP; `src/sync/mail` decides what is sent, and to whom',
    mayImport: ['src/config'],
  },
  {
    folder: 'src/followers',
    holds: 'one read, one result, and one stream of events for all clients that follow the same thing',
    mayImport: ['src/broker/wake-up', 'src/database'],
  },
  { folder: 'src/metrics', holds: 'metrics of the API and the worker for Prometheus', mayImport: [] },
  {
    folder: 'src/database',
    holds: 'connections, transactions, leases, migrations',
    mayImport: base,
  },
  { folder: 'src/encryption', holds: 'encrypted values', mayImport: ['src/config'] },
  { folder: 'src/config', holds: 'environment variables, read once', mayImport: [] },
  { folder: 'src/generated', holds: 'the Prisma client, generated from `prisma/schema.prisma`', mayImport: [] },
  { folder: 'simulator', holds: 'a simulated HubSpot, as a separate server', mayImport: [] },
  { folder: 'client', holds: 'a GraphQL client with typed operations, as a front end would use it', mayImport: [] },
  {
    folder: 'embedded',
    holds: 'PostgreSQL, Redis, and the whole product, without an installation',
    mayImport: ['simulator', 'src/database', 'src/workspaces'],
  },
  { folder: 'demo', holds: '`npm run demo`', mayImport: ['client', 'embedded', 'simulator'] },
  { folder: 'bench', holds: 'benchmarks and their limits', mayImport: null },
  { folder: 'test', holds: 'tests: a folder for each of the above, and `support`', mayImport: null },
  {
    folder: 'scripts',
    holds: 'generators and checks',
    mayImport: ['src/schema', 'src/sync', 'src/lifecycle', 'src/generated'],
  },
]

/**
 * The rooms of src/sync, floor by floor from the ground up. A room may import from its own floor and from lower ones.
 */
const syncFloors = [
  [{ room: 'sync-context.ts', holds: 'the ground: everything that the sync may use' }],
  [{ room: 'settings', holds: 'settings that an admin edits, and the snapshot of them that each run keeps' }],
  [
    {
      room: 'runs',
      holds: 'states, creating, controlling, watching, and recovering runs, due times; the only writer of `sync_run`',
    },
    { room: 'mapping', holds: 'conversion of properties to fields' },
  ],
  [
    { room: 'matching', holds: 'the matching rules as pure functions: record, directory, outcome, problem' },
    { room: 'live', holds: 'runs for the changes that HubSpot reports' },
    { room: 'privacy', holds: 'erasing a person, forgetting a portal' },
  ],
  [{ room: 'errors', holds: 'rows of `sync_error`; retrying, ignoring, and linking' }],
  [
    { room: 'reading', holds: 'the HubSpot records of a part; reading ahead' },
    { room: 'mail', holds: 'emails about runs: contents and recipients' },
  ],
  [{ room: 'writing', holds: 'writing a page of drafts, settling departures, retrying blocked records' }],
  [{ room: 'engine', holds: 'phases in order, beginning, end, turns' }],
  [{ room: 'preview', holds: 'the same engine on a copy of the store, and the report' }],
  [{ room: 'work-on-run.ts', holds: 'the entry point: lease, chunk, end or rethrow' }],
]

module.exports = { folders, syncFloors }
