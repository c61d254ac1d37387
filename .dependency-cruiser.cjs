// The walls of the house: a package imports only the packages below it, nothing imports in a circle.
const layers = {
  idl: [],
  codec: ['idl'],
  codegen: ['codec', 'idl'],
  transport: ['codec'],
  governance: ['transport', 'codec'],
  microservice: ['governance', 'transport', 'codec', 'idl'],
  apache: ['codec'],
  telemetry: ['microservice', 'governance', 'transport', 'codec', 'idl'],
  health: ['microservice', 'governance', 'transport', 'codec', 'idl'],
  testing: ['microservice', 'governance', 'transport', 'codec', 'idl'],
};

const walls = Object.entries(layers).map(([name, allowed]) => ({
  name: `${name}-imports-only-below`,
  severity: 'error',
  from: { path: `^libs/${name}/src` },
  to: {
    path: '(^libs/|@nestjs-thrift/)',
    pathNot: [name, ...allowed].map((below) => `(^libs/${below}/|@nestjs-thrift/${below}(/|$))`),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...walls,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'codec-takes-only-types-from-idl',
      severity: 'error',
      from: { path: '^libs/codec/src', pathNot: '\\.spec\\.ts$|/testing/' },
      to: { path: '(^libs/idl/|@nestjs-thrift/idl)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-nest-below-microservice',
      severity: 'error',
      from: { path: '^libs/(idl|codec|transport|governance|apache)/src' },
      to: { path: '@nestjs/' },
    },
    {
      name: 'no-sockets-in-idl-codec-apache',
      severity: 'error',
      from: { path: '^libs/(idl|codec|apache)/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(node:)?(net|tls|http|https|dgram)$' },
    },
    {
      name: 'cockatiel-belongs-to-governance',
      severity: 'error',
      from: { path: '^libs/(idl|codec|transport|apache)/src' },
      to: { path: 'cockatiel' },
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
    exclude: { path: '(/dist/|^apps/[^/]+/src/gen/|^libs/apache/test/gen/)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@nestjs-thrift/source', 'import', 'node', 'default'],
    },
  },
};
