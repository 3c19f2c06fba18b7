// Which folder may import which. The rules for folders come from scripts/imports/folders.cjs, which is also printed in
// ARCHITECTURE.md. Alternatives are lists, not patterns with "|": `npm run imports` fails for each pattern that matches no file.
const { folders, syncFloors } = require('./scripts/imports/folders.cjs')

const projectFolders = folders
  .map(({ folder }) => folder.split('/')[0])
  .filter((top, index, all) => all.indexOf(top) === index)

/** Matches a folder, or a file named without its extension. */
const pathOf = (name) => `^${name}(/|\\.ts$)`

const only = ({ folder, mayImport }) => ({
  name: `${folder.replaceAll('/', '-')}-imports`,
  severity: 'error',
  comment: `${folder} may import only ${mayImport.join(', ') || 'itself'}`,
  from: { path: `^${folder}/` },
  to: { path: projectFolders.map((top) => `^${top}/`), pathNot: [`^${folder}/`, ...mayImport.map(pathOf)] },
})

const roomPaths = (floor) =>
  floor.map(({ room }) => `^src/sync/${room.includes('.') ? `${room.replace('.', '\\.')}$` : `${room}/`}`)

const downOnly = (floor, index) => ({
  name: `sync-${floor.map(({ room }) => room).join('-')}-imports-no-higher-floor`,
  severity: 'error',
  comment: 'within src/sync, a room imports only from its own floor and from lower ones',
  from: { path: roomPaths(floor) },
  to: { path: syncFloors.slice(index + 1).flatMap(roomPaths) },
})

const library = (name, packages, homes) => ({
  name: `${name}-only-in-${homes[0].replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: ['^src/generated/', ...homes.map((home) => `^${home}`)] },
  to: { path: packages.map((pattern) => `node_modules/${pattern}/`) },
})

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
      name: 'product-stands-alone',
      severity: 'error',
      comment: 'src is what runs in production',
      from: { path: '^src/' },
      to: { path: projectFolders.filter((top) => top !== 'src').map((top) => `^${top}/`) },
    },
    {
      name: 'model-stands-alone',
      severity: 'error',
      comment:
        'the reference model, and the worlds it lives in, must not share rules with what they judge, however far away',
      from: { path: ['^test/model/reference/', '^test/model/worlds/'] },
      to: {
        path: ['^src/sync/', '^src/contacts/', '^src/accounts/', '^src/records/', '^src/hubspot/'],
        reachable: true,
      },
    },
    {
      name: 'judge-of-faults-stands-alone',
      severity: 'error',
      comment: 'whoever judges what broken processes did must not share rules with them',
      from: { path: '^test/faults/judge/' },
      to: { path: '^(src|client)/' },
    },
    ...folders.filter(({ mayImport }) => mayImport !== null).map(only),
    ...syncFloors.slice(0, -1).map(downOnly),
    library('bullmq', ['bullmq'], ['src/jobs/', 'src/broker/']),
    library('ioredis', ['ioredis'], ['src/broker/']),
    library('hubspot-http', ['undici', '@hubspot/api-client'], ['src/hubspot/']),
    library('nodemailer', ['nodemailer'], ['src/mail/']),
    library('prom-client', ['prom-client'], ['src/metrics/', 'src/server/']),
    library('jose', ['jose'], ['src/auth/']),
    library('graphql', ['graphql', 'graphql-yoga', 'graphql-ws', '@pothos/[^/]+'], ['src/schema/', 'src/server/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Their packages are installed only for `npm run bench:reads`.
    exclude: { path: '^bench/peers/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
