// Who may import whom, as data. `.dependency-cruiser.cjs` makes rules of it, ARCHITECTURE.md prints it, and
// `npm run imports` holds it to the code.

const base = ['src/config', 'src/generated', 'src/user-errors']

/**
 * Folders from the outside in. A folder imports itself, and nothing of the project but what `mayImport` names: folders, or
 * files without their ending. `null` means anything.
 */
const folders = [
  {
    folder: 'src/server',
    holds: 'HTTP, WebSocket, SSE, limits before execution, OAuth callback, webhook endpoint',
    mayImport: [
      ...base,
      'src/schema',
      'src/sync/sync-context',
      'src/webhooks',
      'src/connection',
      'src/auth',
      'src/hubspot',
      'src/followers',
      'src/database',
      'src/metrics',
    ],
  },
  {
    folder: 'src/schema',
    holds: 'GraphQL types and thin resolvers, who may see what (`access-rules.ts`)',
    mayImport: [
      ...base,
      'src/sync',
      'src/search',
      'src/custom-fields',
      'src/accounts',
      'src/contacts',
      'src/records',
      'src/connection',
      'src/auth',
      'src/hubspot/portal',
      'src/hubspot/record-url',
      'src/followers',
      'src/database',
    ],
  },
  {
    folder: 'src/jobs',
    holds: 'BullMQ: what can be enqueued (`definitions.ts`), what the worker does, its loops',
    mayImport: ['src/sync', 'src/broker', 'src/database'],
  },
  {
    folder: 'src/webhooks',
    holds:
      'what HubSpot tells of, by webhook or journal, becomes rows of `hubspot_change`; takes no value from an event',
    mayImport: [...base, 'src/hubspot', 'src/database'],
  },
  {
    folder: 'src/sync',
    holds: 'the rules: settings, mapping, matching, runs, errors, progress. Knows neither GraphQL nor BullMQ',
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
    folder: 'src/search',
    holds: 'which contacts and accounts are meant: filters as SQL, keyset pages, suggestions',
    mayImport: [...base, 'src/accounts', 'src/contacts', 'src/records', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/custom-fields',
    holds: 'definitions of custom fields',
    mayImport: [...base, 'src/accounts', 'src/contacts', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/accounts',
    holds: 'the store of accounts: domains, set-based reads and writes, local edits',
    mayImport: [...base, 'src/contacts', 'src/records', 'src/auth', 'src/database'],
  },
  {
    folder: 'src/contacts',
    holds: 'the store of contacts: handles and their lock, set-based reads and writes, local edits, changes told',
    mayImport: [...base, 'src/records', 'src/auth', 'src/broker/announcements', 'src/followers', 'src/database'],
  },
  {
    folder: 'src/records',
    holds: 'what both stores have in common: stored record, changes, link table',
    mayImport: [...base, 'src/hubspot/record-url', 'src/database'],
  },
  {
    folder: 'src/connection',
    holds: 'log-in to HubSpot, tokens, `openPortal`',
    mayImport: [...base, 'src/hubspot', 'src/encryption', 'src/auth', 'src/database'],
  },
  { folder: 'src/workspaces', holds: 'tenants and their users', mayImport: [...base, 'src/auth', 'src/database'] },
  { folder: 'src/auth', holds: 'viewers, roles and plans', mayImport: [...base, 'src/database'] },
  {
    folder: 'src/hubspot',
    holds: 'the only code that speaks HTTP to HubSpot: paths, budget, retries, parsing',
    mayImport: ['src/config', 'src/broker'],
  },
  {
    folder: 'src/broker',
    holds: 'decides Redis or PostgreSQL for queue, announcements and call window; nothing else knows',
    mayImport: ['src/config', 'src/database/steady-connection'],
  },
  {
    folder: 'src/mail',
    holds: 'the only code that speaks SMTP; what is mailed about a run, and to whom, is decided in `src/sync/mail`',
    mayImport: ['src/config'],
  },
  {
    folder: 'src/followers',
    holds: 'one look, one presentation and one stream of events for all who follow the same',
    mayImport: ['src/broker/wake-up', 'src/database'],
  },
  { folder: 'src/metrics', holds: 'what API and worker count, for Prometheus', mayImport: [] },
  {
    folder: 'src/database',
    holds: 'connections, transactions, leases, migrations',
    mayImport: base,
  },
  { folder: 'src/encryption', holds: 'sealed values', mayImport: ['src/config'] },
  { folder: 'src/config', holds: 'the environment, read once', mayImport: [] },
  { folder: 'src/generated', holds: "Prisma's client, generated from `prisma/schema.prisma`", mayImport: [] },
  { folder: 'simulator', holds: 'HubSpot, as a server of its own', mayImport: [] },
  { folder: 'client', holds: 'the API as a front end sees it: a GraphQL client with typed operations', mayImport: [] },
  {
    folder: 'embedded',
    holds: 'PostgreSQL, Redis and the whole product without an installation',
    mayImport: ['simulator', 'src/database', 'src/workspaces'],
  },
  { folder: 'demo', holds: 'the main job, shown', mayImport: ['client', 'embedded', 'simulator'] },
  { folder: 'bench', holds: 'what is measured, with its bounds', mayImport: null },
  { folder: 'test', holds: 'tests; a folder for each of those above, and `support`', mayImport: null },
  { folder: 'scripts', holds: 'generators and checks', mayImport: ['src/schema', 'src/sync', 'src/generated'] },
]

/**
 * The rooms of src/sync on their floors, from the ground up. An import stays on its floor or goes down.
 */
const syncFloors = [
  [{ room: 'sync-context.ts', holds: 'the ground: what the sync may touch' }],
  [{ room: 'settings', holds: 'what an admin sets, and the snapshot that a run keeps of it' }],
  [
    { room: 'runs', holds: 'states, create, steer, watch, recover, due times; the only writer of `sync_run`' },
    { room: 'mapping', holds: 'properties to fields' },
  ],
  [
    { room: 'matching', holds: 'the pure rules: record, directory, outcome, problem' },
    { room: 'live', holds: 'changes told by HubSpot become runs' },
    { room: 'privacy', holds: 'erasing a person, forgetting a portal' },
  ],
  [{ room: 'errors', holds: 'rows of `sync_error`; retry, ignore, link' }],
  [
    { room: 'reading', holds: 'which HubSpot records a part has; read ahead' },
    { room: 'mail', holds: 'what is mailed about a run, and to whom' },
  ],
  [{ room: 'writing', holds: 'a page of drafts into rows, departures, blocked ones again' }],
  [{ room: 'engine', holds: 'phases in order, begin, end, turn' }],
  [{ room: 'preview', holds: 'the same engine on a copy, and the report' }],
  [{ room: 'work-on-run.ts', holds: 'the door: lease, chunk, end or rethrow' }],
]

module.exports = { folders, syncFloors }
