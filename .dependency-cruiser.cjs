// The walls of the packages and the floors inside them: imports only ever point down, and never in a circle.

/** Packages of ours that the sources of a package may import. */
const walls = {
  idl: [],
  codec: ['idl'],
  codegen: ['codec', 'idl'],
  transport: ['codec'],
  apache: ['codec'],
  governance: ['transport', 'codec'],
  microservice: ['governance', 'transport', 'codec', 'idl'],
  telemetry: ['microservice', 'governance', 'transport', 'codec', 'idl'],
  health: ['microservice', 'governance', 'transport', 'codec', 'idl'],
  gateway: ['microservice', 'governance', 'transport', 'codegen', 'codec', 'idl'],
  testing: ['microservice', 'governance', 'transport', 'codec', 'idl'],
};

/** Folders in src of a package, from the ground up: a folder imports only those before it, and files of src itself. */
const floors = {
  idl: [
    'schema',
    'source',
    'errors',
    'lexer',
    'parser',
    'linker',
    'loader',
    'http',
    'lint',
    'compatibility',
  ],
  codec: [
    'errors',
    'buffer',
    'definition',
    'validation',
    'runtime',
    'engine',
    'message',
    'protocol',
    'descriptor',
    'from-idl',
    'json',
  ],
  codegen: ['validation', 'typescript', 'json-schema', 'openapi'],
  transport: [
    'options',
    'errors',
    'timer',
    'wire',
    'call',
    'observer',
    'stream',
    'connection',
    'pool',
    'client',
    'server',
  ],
  governance: ['errors', 'support', 'chain', 'stages', 'instances', 'config', 'client', 'etcd'],
  microservice: [
    'errors',
    'observer',
    'request-id',
    'context',
    'stream',
    'governance',
    'decorators',
    'idl',
    'client',
    'http',
    'validation',
    'server',
    'module',
  ],
  apache: ['protocol', 'service'],
  telemetry: ['runtime', 'logs', 'tracing', 'metrics', 'otel-metrics'],
  health: ['indicators', 'probes', 'diagnosis', 'admin'],
  testing: ['faults', 'client', 'server', 'context', 'nest'],
  cli: [
    'terminal',
    'idl',
    'connection',
    'values',
    'findings',
    'probe',
    'traffic',
    'commands',
    'schematics',
  ],
  gateway: ['json', 'values', 'request', 'binding', 'answer', 'stream', 'openapi', 'module'],
};

const SOURCES = '(?<!spec)\\.ts$';

/** @type {'error'} */
const ERROR = 'error';

const wallRules = Object.entries(walls).map(([name, allowed]) => ({
  name: `${name}-imports-only-below`,
  severity: ERROR,
  from: { path: `^libs/${name}/src` },
  to: {
    path: '(^libs/|@nestjs-thrift/)',
    pathNot: [name, ...allowed].map((below) => `(^libs/${below}/|@nestjs-thrift/${below}(/|$))`),
  },
}));

const floorRules = Object.entries(floors).flatMap(([name, folders]) =>
  folders.map((folder, index) => ({
    name: `${name}-floor-${folder}`,
    severity: ERROR,
    from: { path: `^libs/${name}/src/${folder}/.*${SOURCES}` },
    to: {
      path: `^libs/${name}/src/`,
      pathNot: [
        `^libs/${name}/src/(?!index\\.ts)[^/]+\\.ts$`,
        ...folders.slice(0, index + 1).map((below) => `^libs/${name}/src/${below}/`),
      ],
    },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...wallRules,
    ...floorRules,
    {
      name: 'no-circular',
      comment: 'imports of types count: a circle of types is a circle to the reader',
      severity: 'error',
      from: { pathNot: '\\.spec\\.ts$' },
      to: { circular: true },
    },
    {
      name: 'codec-takes-only-types-from-idl',
      severity: 'error',
      from: { path: '^libs/codec/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '(^libs/idl/|@nestjs-thrift/idl)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'codec-knows-the-idl-in-one-folder',
      comment: 'codecs are made from shapes, wherever those come from; types of the IDL count too',
      severity: 'error',
      from: { path: '^libs/codec/src/(?!from-idl/)', pathNot: '\\.spec\\.ts$' },
      to: { path: '(^libs/idl/|@nestjs-thrift/idl)' },
    },
    {
      name: 'only-cli-imports-codegen',
      comment: 'the gateway loads the document of its routes when it is asked for it',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/(cli|codegen|gateway)/' },
      to: { path: '(^libs/codegen/|@nestjs-thrift/codegen)' },
    },
    {
      name: 'apps-take-no-internals',
      comment: '/wire is for tools and tests, /internal for packages of this project',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: '^libs/[^/]+/src/(wire|internal)/' },
    },
    {
      name: 'no-nest-below-microservice',
      severity: 'error',
      from: { path: '^libs/(idl|codec|codegen|transport|governance|apache)/src' },
      to: { path: '@nestjs/' },
    },
    {
      name: 'no-sockets-in-idl-codec-apache',
      severity: 'error',
      from: { path: '^libs/(idl|codec|codegen|apache)/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(node:)?(net|tls|http|https|dgram)$' },
    },
    {
      name: 'cockatiel-belongs-to-governance',
      severity: 'error',
      from: { path: '^libs/(idl|codec|codegen|transport|apache)/src' },
      to: { path: 'cockatiel' },
    },
    {
      name: 'governance-loads-them-when-used',
      comment:
        'they cost each process that imports the package; test/structure/import-budget.spec.ts',
      severity: 'error',
      from: { path: '^libs/governance/src', pathNot: '\\.spec\\.ts$' },
      to: {
        path: 'node_modules/(yaml|chokidar|dataloader)/',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'observers-stay-outside-microservice',
      severity: 'error',
      from: { path: '^libs/microservice/src' },
      to: { path: '(@nestjs/terminus|prom-client|@opentelemetry/)' },
    },
    {
      name: 'apps-use-packages-by-name',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '/index\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '(^(libs|apps)/[^/]+/(dist|\\.cache)/|^apps/[^/]+/src/gen/|^libs/apache/test/gen/)',
    },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@nestjs-thrift/source', 'import', 'node', 'default'],
    },
  },
};
