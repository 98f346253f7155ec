/** The rooms of docs/adr/0002 and what each may import, as rules. */
const rooms = {
  eskip: [],
  balancer: [],
  'balancer-adapter': ['balancer'],
  'balancer-toggles': ['balancer-adapter'],
  'balancer-undici': ['balancer', 'balancer-adapter', 'balancer-toggles'],
  'balancer-http': ['balancer', 'balancer-adapter', 'balancer-toggles'],
  'balancer-kubernetes': ['balancer', 'balancer-adapter', 'balancer-toggles', 'api', 'kube', 'runtime'],
  'balancer-prom-client': ['balancer', 'balancer-adapter'],
  api: [],
  runtime: [],
  telemetry: [],
  compile: ['eskip', 'api'],
  shadow: ['eskip'],
  rollout: ['api', 'shadow'],
  manifests: ['api'],
  kube: ['api', 'runtime', 'telemetry'],
  routeserver: ['compile', 'eskip', 'api', 'kube', 'runtime', 'telemetry'],
  operator: ['rollout', 'manifests', 'shadow', 'eskip', 'api', 'kube', 'runtime', 'telemetry'],
  cli: [
    'eskip',
    'balancer',
    'balancer-kubernetes',
    'api',
    'compile',
    'shadow',
    'rollout',
    'manifests',
    'kube',
    'runtime',
    'telemetry',
  ],
  bin: ['routeserver', 'operator', 'cli', 'kube', 'runtime', 'telemetry', 'api'],
};
const pure = ['eskip', 'balancer', 'api', 'compile', 'shadow', 'rollout', 'manifests'];

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'} (docs/adr/0002). Move the code to the room it is about, or hand the value in as an argument.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

/** The one npm package that each adapter of the balancer is for (docs/adr/0024): its users need not have the others. */
const none = '(?!)';
const packageOf = {
  'balancer-adapter': none,
  'balancer-toggles': none,
  'balancer-undici': 'undici/',
  'balancer-http': none,
  'balancer-kubernetes': none,
  'balancer-prom-client': 'prom-client/',
};
const packageRules = Object.entries(packageOf).map(([room, allowed]) => ({
  name: `package-${room}`,
  comment: `${room} is published on its own and may import no other npm package (docs/adr/0024): whoever installs it would need that one too. Put the code into the adapter of that package, or take the value as an argument.`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^node_modules/', pathNot: `^node_modules/${allowed}` },
}));

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'enter-by-the-door',
      comment: "Import another room by its index.ts; what is not exported there is that room's own business.",
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/[^/]+/.+', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-cycles',
      comment: 'Cycles, type-only ones included, hide what depends on what. Move the shared type to the lower file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-rooms-no-node',
      comment: 'Pure rooms touch no node: module (docs/adr/0002).',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/`, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    ...packageRules,
    {
      name: 'source-never-imports-tests',
      comment: 'src/ is what users get; what tests share lives in test/harness.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-unresolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'Programs that users run may only import runtime dependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
