// Who may import whom. ARCHITECTURE.md draws the same picture; `npm run imports` holds both to the code.

const only = (folder, allowed) => ({
  name: `${folder}-imports`,
  severity: 'error',
  comment: `src/${folder} may import only ${allowed.join(', ')}`,
  from: { path: `^src/${folder}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${folder}/`, ...allowed.map((name) => `^src/${name}(/|\\.ts$)`)],
  },
})

const library = (name, pattern, homes) => ({
  name: `${name}-only-in-${homes[0].replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: ['^src/generated/', ...homes.map((home) => `^${home}`)] },
  to: { path: `node_modules/${pattern}/` },
})

const base = ['config', 'generated', 'user-errors']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { pathNot: '^src/generated/' } } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/generated/' },
      to: {},
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { pathNot: '^client/generated/' },
      to: { dependencyTypes: ['npm-no-pkg', 'unknown'] },
    },
    {
      name: 'no-dev-packages-in-production',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-stands-alone',
      severity: 'error',
      comment: 'src is what runs in production',
      from: { path: '^src/' },
      to: { path: '^(simulator|embedded|demo|bench|test|scripts)/' },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      comment: 'a fake that shares code with what it tests hides their common mistakes',
      from: { path: '^simulator/' },
      to: { path: '^(src|embedded|demo|bench|test)/' },
    },
    {
      name: 'model-stands-alone',
      severity: 'error',
      comment: 'the reference model must not share rules with what it judges',
      from: { path: '^test/model/reference/' },
      to: { path: '^src/(sync|contacts|hubspot)/' },
    },
    only('config', []),
    only('database', base),
    only('encryption', ['config']),
    only('broker', ['config', 'database/steady-connection']),
    only('mail', ['config']),
    only('hubspot', ['config', 'broker']),
    only('auth', [...base, 'database']),
    only('workspaces', [...base, 'database', 'auth']),
    only('records', [...base, 'database', 'hubspot/record-url']),
    only('contacts', [...base, 'database', 'records', 'broker/announcements', 'broker/wake-up', 'auth']),
    only('accounts', [...base, 'database', 'records', 'auth', 'contacts']),
    only('connection', [...base, 'database', 'encryption', 'hubspot', 'auth']),
    only('search', [...base, 'database', 'records', 'contacts', 'accounts', 'auth']),
    only('custom-fields', [...base, 'database', 'auth', 'contacts', 'accounts']),
    only('sync', [
      ...base,
      'database',
      'broker/announcements',
      'broker/wake-up',
      'hubspot',
      'records',
      'contacts',
      'accounts',
      'custom-fields',
      'auth',
      'mail',
    ]),
    only('webhooks', [...base, 'database', 'hubspot']),
    only('jobs', ['config', 'database', 'broker', 'sync', 'webhooks']),
    library('bullmq', 'bullmq', ['src/jobs/', 'src/broker/']),
    library('ioredis', 'ioredis', ['src/broker/']),
    library('hubspot-http', '(undici|@hubspot/api-client)', ['src/hubspot/']),
    library('nodemailer', 'nodemailer', ['src/mail/']),
    only('metrics', []),
    library('prom-client', 'prom-client', ['src/metrics/', 'src/server/']),
    library('jose', 'jose', ['src/auth/']),
    library('graphql', '(graphql|graphql-yoga|graphql-ws|@pothos/[^/]+)', ['src/schema/', 'src/server/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
