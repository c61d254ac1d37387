// `npm run docs:options`: writes docs/reference/options.md from the tables of options in the sources: what is allowed and the default from
// the values, the text from the comments. With `--check` it writes nothing and fails if the page differs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import {
  CLIENT_OPTIONS,
  LONG_POOL_OPTIONS,
  MUX_POOL_OPTIONS,
} from '../libs/transport/src/connection/client-options.js';
import { CREATE_CLIENT_OPTIONS } from '../libs/transport/src/client/create-client.js';
import { CALL_OPTIONS } from '../libs/transport/src/call/call-options.js';
import { STREAM_OPTIONS } from '../libs/transport/src/stream/stream-options.js';
import { CLOSE_OPTIONS } from '../libs/transport/src/server/close-options.js';
import { SERVER_OPTIONS } from '../libs/transport/src/server/server-options.js';
import { COOKIE_OPTIONS } from '../libs/gateway/src/answer/cookie.js';
import {
  GATEWAY_OPTIONS,
  GATEWAY_ROUTES,
  SERVICE_OF_CLIENT,
} from '../libs/gateway/src/module/gateway-options.js';
import { PARSE_BIG_INT_OPTIONS } from '../libs/microservice/src/http/parse-big-int.pipe.js';
import { SSE_OPTIONS } from '../libs/microservice/src/http/to-sse.js';
import { VALIDATION_PIPE_OPTIONS } from '../libs/microservice/src/validation/thrift-validation.pipe.js';
import { THRIFT_CLIENT_OPTIONS } from '../libs/microservice/src/client/thrift-client-options.js';
import { THRIFT_SERVER_OPTIONS } from '../libs/microservice/src/server/thrift-server-options.js';
import { BULKHEAD_OPTIONS } from '../libs/microservice/src/governance/declared-policies.js';
import { GOVERNANCE_OPTIONS } from '../libs/microservice/src/governance/governance-config.js';
import { IDL_OPTIONS } from '../libs/microservice/src/idl/compile-idl.js';
import {
  ASYNC_FEATURE_OPTIONS,
  FEATURE_NAMES,
  THRIFT_ROOT_OPTIONS,
} from '../libs/microservice/src/module/thrift-module-options.js';
import { REGISTRATION_OPTIONS } from '../libs/microservice/src/server/register-server.js';
import {
  CALL_GOVERNANCE_OPTIONS,
  CLIENT_GOVERNANCE_OPTIONS,
} from '../libs/governance/src/client/client-governance-options.js';
import { METHOD_POLICIES } from '../libs/governance/src/client/method-policies.js';
import { CONSISTENT_HASH_OPTIONS } from '../libs/governance/src/instances/balancing/consistent-hash.js';
import { DNS_ADDRESS_OPTIONS } from '../libs/governance/src/instances/discovery/dns-resolver.js';
import { POLLING_OPTIONS } from '../libs/governance/src/instances/discovery/polling-resolver.js';
import { SLOW_START_OPTIONS } from '../libs/governance/src/instances/discovery/slow-start.js';
import { FAILOVER_OPTIONS } from '../libs/governance/src/instances/failover/failover.js';
import { BATCH_OPTIONS } from '../libs/governance/src/stages/batch/batch-stage.js';
import { CIRCUIT_BREAKER_OPTIONS } from '../libs/governance/src/stages/breaker/breaker-options.js';
import { FALLBACK_OPTIONS } from '../libs/governance/src/stages/fallback/fallback-stage.js';
import { SERVER_PROTECTION_OPTIONS } from '../libs/governance/src/stages/limit/server-protection.js';
import {
  BACKUP_RETRY_OPTIONS,
  FAILURE_RETRY_OPTIONS,
  MIXED_RETRY_OPTIONS,
} from '../libs/governance/src/stages/retry/retry-options.js';
import { DYNAMIC_TIMEOUT_OPTIONS } from '../libs/governance/src/stages/timeout/dynamic-timeout.js';
import { ETCD_CONFIG_OPTIONS } from '../libs/governance/src/etcd/etcd-config.js';
import { ETCD_REGISTRY_OPTIONS } from '../libs/governance/src/etcd/etcd-registry.js';
import { ETCD_RESOLVER_OPTIONS } from '../libs/governance/src/etcd/etcd-resolver.js';
import {
  ADMIN_OPTIONS,
  CLIENT_CHECK_OPTIONS,
  DIAGNOSIS_OPTIONS,
  HEALTH_OPTIONS,
} from '../libs/health/src/thrift-health-options.js';
import { CALL_LOG_LEVELS, CALL_LOG_OPTIONS } from '../libs/telemetry/src/logs/call-log-options.js';
import { METRICS_OPTIONS } from '../libs/telemetry/src/metrics/thrift-metrics-options.js';
import { OPEN_TELEMETRY_METRICS_OPTIONS } from '../libs/telemetry/src/otel-metrics/open-telemetry-metrics.js';
import { RUNTIME_WATCH_OPTIONS } from '../libs/telemetry/src/runtime/runtime-watch.js';
import { TRACED_SERVICE } from '../libs/telemetry/src/tracing/peer-resource.js';
import { TRACING_OPTIONS } from '../libs/telemetry/src/tracing/thrift-tracing.js';
import { MOCKED_STREAM_OPTIONS } from '../libs/testing/src/client/mocked-streams.js';
import { TESTING_CALL_OPTIONS } from '../libs/testing/src/context/testing-call.js';
import { FAULT_SCOPE_OPTIONS } from '../libs/testing/src/faults/fault-plan.js';
import { HALF_FRAME_OPTIONS } from '../libs/testing/src/faults/thrift-faults.js';
import { TESTING_SERVER_OPTIONS } from '../libs/testing/src/server/thrift-testing-server.js';
import { TIMEOUT_OPTIONS } from '../libs/governance/src/stages/timeout/timeouts.js';

const TRANSPORT = 'libs/transport/src';
const NEST = 'libs/microservice/src';
const GOVERNANCE = 'libs/governance/src';
const ETCD = `${GOVERNANCE}/etcd`;
const HEALTH_FILE = 'libs/health/src/thrift-health-options.ts';
const TELEMETRY = 'libs/telemetry/src';
const TESTING = 'libs/testing/src';
const CLIENT_FILE = `${TRANSPORT}/connection/client-options.ts`;

/** @typedef {Readonly<Record<string, { readonly default: unknown, readonly allowed: string, readonly required?: boolean }>>} Table */
/** @type {{ title: string, intro: string, name: string, file: string, table: Table }[]} */
const PARTS = [
  {
    title: 'Clients: connections',
    intro: 'Of `ClientTransport`, and of every client of Nest.',
    name: 'CLIENT_OPTIONS',
    file: CLIENT_FILE,
    table: CLIENT_OPTIONS,
  },
  {
    title: "`connection: { mode: 'long' }`",
    intro: 'The default: idle connections are kept.',
    name: 'LONG_POOL_OPTIONS',
    file: CLIENT_FILE,
    table: LONG_POOL_OPTIONS,
  },
  {
    title: "`connection: { mode: 'mux' }`",
    intro: 'Few connections carry all calls.',
    name: 'MUX_POOL_OPTIONS',
    file: CLIENT_FILE,
    table: MUX_POOL_OPTIONS,
  },
  {
    title: 'Clients of Nest',
    intro:
      'Of `ThriftClient`, `forFeature` and `client` of `forRoot`, with those of connections and those of instances and policies.',
    name: 'THRIFT_CLIENT_OPTIONS',
    file: `${NEST}/client/thrift-client-options.ts`,
    table: THRIFT_CLIENT_OPTIONS,
  },
  {
    title: 'Clients: instances and policies',
    intro: 'Of every client of Nest, and of `ClientGovernance`.',
    name: 'CALL_GOVERNANCE_OPTIONS',
    file: `${GOVERNANCE}/client/client-governance-options.ts`,
    table: CALL_GOVERNANCE_OPTIONS,
  },
  {
    title: '`createClient`',
    intro: 'Clients of plain Node.js.',
    name: 'CREATE_CLIENT_OPTIONS',
    file: `${TRANSPORT}/client/create-client.ts`,
    table: CREATE_CLIENT_OPTIONS,
  },
  {
    title: 'Calls',
    intro: 'Of each call of a typed client: its last argument.',
    name: 'CALL_OPTIONS',
    file: `${TRANSPORT}/call/call-options.ts`,
    table: CALL_OPTIONS,
  },
  {
    title: 'Streams',
    intro:
      'Of each stream of a typed client, with `connectTimeoutMs`, `signal`, `metadata`, `persistentMetadata`, `address` and `context` as calls have them.',
    name: 'STREAM_OPTIONS',
    file: `${TRANSPORT}/stream/stream-options.ts`,
    table: STREAM_OPTIONS,
  },
  {
    title: 'Servers',
    intro: 'Of `ServerTransport`, and of the server of Nest.',
    name: 'SERVER_OPTIONS',
    file: `${TRANSPORT}/server/server-options.ts`,
    table: SERVER_OPTIONS,
  },
  {
    title: 'Shutdown',
    intro: 'Of `ServerTransport.close()`.',
    name: 'CLOSE_OPTIONS',
    file: `${TRANSPORT}/server/close-options.ts`,
    table: CLOSE_OPTIONS,
  },
  {
    title: 'Servers of Nest',
    intro:
      'Of `ThriftServer` and `server` of `forRoot`, with those of servers but `onHandlerError`, and those of shutdown but `onAbort`.',
    name: 'THRIFT_SERVER_OPTIONS',
    file: `${NEST}/server/thrift-server-options.ts`,
    table: THRIFT_SERVER_OPTIONS,
  },
  {
    title: 'Gateways',
    intro: 'How requests and answers are mapped: [HTTP from the IDL](../guides/http-gateway.md).',
    name: 'GATEWAY_OPTIONS',
    file: 'libs/gateway/src/module/gateway-options.ts',
    table: GATEWAY_OPTIONS,
  },
  part(
    '`ThriftGatewayModule`',
    'Its routes, with those of gateways.',
    { GATEWAY_ROUTES },
    'libs/gateway/src/module/gateway-options.ts',
  ),
  part(
    '`services` of gateways',
    'With a client of the application; without `client`, those of `forFeature`.',
    { SERVICE_OF_CLIENT },
    'libs/gateway/src/module/gateway-options.ts',
  ),
  part(
    '`cookies` of gateways',
    'Attributes of cookies.',
    { COOKIE_OPTIONS },
    'libs/gateway/src/answer/cookie.ts',
  ),
  part(
    '`ThriftValidationPipe`',
    'Validation of payloads.',
    { VALIDATION_PIPE_OPTIONS },
    `${NEST}/validation/thrift-validation.pipe.ts`,
  ),
  part(
    '`ParseBigIntPipe`',
    'Parameters of HTTP routes that are an i64.',
    { PARSE_BIG_INT_OPTIONS },
    `${NEST}/http/parse-big-int.pipe.ts`,
  ),
  part('`toSse`', 'Streams as server-sent events.', { SSE_OPTIONS }, `${NEST}/http/to-sse.ts`),
  part(
    '`ThriftModule.forRoot`',
    'Of the application.',
    { THRIFT_ROOT_OPTIONS },
    `${NEST}/module/thrift-module-options.ts`,
  ),
  part(
    '`ThriftModule.forFeature`',
    'Of each client, with those of clients of Nest and `service`.',
    { FEATURE_NAMES },
    `${NEST}/module/thrift-module-options.ts`,
  ),
  part(
    '`ThriftModule.forFeatureAsync`',
    'Of each client: one of `useFactory`, `useClass` and `useExisting` makes those of `forFeature`.',
    { ASYNC_FEATURE_OPTIONS },
    `${NEST}/module/thrift-module-options.ts`,
  ),
  part(
    '`governance` of `forRoot`',
    'Where policies come from.',
    { GOVERNANCE_OPTIONS },
    `${NEST}/governance/governance-config.ts`,
  ),
  part(
    '`idl`',
    'Services that are named, not generated.',
    { IDL_OPTIONS },
    `${NEST}/idl/compile-idl.ts`,
  ),
  part(
    '`registration` of servers',
    'How clients find the server.',
    { REGISTRATION_OPTIONS },
    `${NEST}/server/register-server.ts`,
  ),
  part(
    'Policies of a method',
    'Of `policies` and `methods` of a client.',
    { METHOD_POLICIES },
    `${GOVERNANCE}/client/method-policies.ts`,
  ),
  part(
    '`timeout`, `@RpcTimeout`',
    'Limits in time.',
    { TIMEOUT_OPTIONS },
    `${GOVERNANCE}/stages/timeout/timeouts.ts`,
  ),
  part(
    '`dynamicTimeout`',
    'A timeout that follows the latency.',
    { DYNAMIC_TIMEOUT_OPTIONS },
    `${GOVERNANCE}/stages/timeout/dynamic-timeout.ts`,
  ),
  part(
    "`retry: { type: 'failure' }`, `@Retry`",
    'Retries of failed attempts.',
    { FAILURE_RETRY_OPTIONS },
    `${GOVERNANCE}/stages/retry/retry-options.ts`,
  ),
  part(
    "`retry: { type: 'backup' }`, `@BackupRequest`",
    'Attempts next to a slow one.',
    { BACKUP_RETRY_OPTIONS },
    `${GOVERNANCE}/stages/retry/retry-options.ts`,
  ),
  part(
    "`retry: { type: 'mixed' }`",
    'Both.',
    { MIXED_RETRY_OPTIONS },
    `${GOVERNANCE}/stages/retry/retry-options.ts`,
  ),
  part(
    '`circuitBreaker`, `instanceBreaker`, `@CircuitBreaker`',
    'When calls are no longer sent.',
    { CIRCUIT_BREAKER_OPTIONS },
    `${GOVERNANCE}/stages/breaker/breaker-options.ts`,
  ),
  part(
    '`fallback`',
    'The result of a call that failed.',
    { FALLBACK_OPTIONS },
    `${GOVERNANCE}/stages/fallback/fallback-stage.ts`,
  ),
  part(
    '`batch`, `@Batch`',
    'Merged calls.',
    { BATCH_OPTIONS },
    `${GOVERNANCE}/stages/batch/batch-stage.ts`,
  ),
  part(
    '`@Bulkhead`',
    'Concurrent calls.',
    { BULKHEAD_OPTIONS },
    `${NEST}/governance/declared-policies.ts`,
  ),
  part(
    '`ClientGovernance`',
    'Policies of plain Node.js.',
    { CLIENT_GOVERNANCE_OPTIONS },
    `${GOVERNANCE}/client/client-governance-options.ts`,
  ),
  part(
    '`ServerProtection`',
    'Limits of plain Node.js.',
    { SERVER_PROTECTION_OPTIONS },
    `${GOVERNANCE}/stages/limit/server-protection.ts`,
  ),
  part(
    '`Failover`',
    'Two groups of instances.',
    { FAILOVER_OPTIONS },
    `${GOVERNANCE}/instances/failover/failover.ts`,
  ),
  part(
    '`consistentHash`',
    'A balancer.',
    { CONSISTENT_HASH_OPTIONS },
    `${GOVERNANCE}/instances/balancing/consistent-hash.ts`,
  ),
  part(
    '`slowStart`',
    'A growing share for new instances.',
    { SLOW_START_OPTIONS },
    `${GOVERNANCE}/instances/discovery/slow-start.ts`,
  ),
  part(
    '`pollingResolver`',
    'Discovery by a function.',
    { POLLING_OPTIONS },
    `${GOVERNANCE}/instances/discovery/polling-resolver.ts`,
  ),
  part(
    '`dnsResolver`',
    "Discovery by DNS; `port` with `type: 'address'` alone.",
    { DNS_ADDRESS_OPTIONS },
    `${GOVERNANCE}/instances/discovery/dns-resolver.ts`,
  ),
  part(
    '`etcdResolver`',
    'Discovery in etcd.',
    { ETCD_RESOLVER_OPTIONS },
    `${ETCD}/etcd-resolver.ts`,
  ),
  part(
    '`EtcdRegistry`',
    'Registration in etcd.',
    { ETCD_REGISTRY_OPTIONS },
    `${ETCD}/etcd-registry.ts`,
  ),
  part(
    '`EtcdGovernanceConfig`',
    'Policies in etcd.',
    { ETCD_CONFIG_OPTIONS },
    `${ETCD}/etcd-config.ts`,
  ),
  part(
    '`ThriftMetrics`, `ThriftMetricsModule`',
    'Metrics of Prometheus.',
    { METRICS_OPTIONS },
    `${TELEMETRY}/metrics/thrift-metrics-options.ts`,
  ),
  part(
    '`warnings` of metrics',
    'What makes a process slow or ends it.',
    { RUNTIME_WATCH_OPTIONS },
    `${TELEMETRY}/runtime/runtime-watch.ts`,
  ),
  part(
    '`OpenTelemetryMetrics`, `OpenTelemetryMetricsModule`',
    'Metrics of OpenTelemetry.',
    { OPEN_TELEMETRY_METRICS_OPTIONS },
    `${TELEMETRY}/otel-metrics/open-telemetry-metrics.ts`,
  ),
  part(
    '`ThriftTracing`, `ThriftTracingModule`',
    'Traces.',
    { TRACING_OPTIONS },
    `${TELEMETRY}/tracing/thrift-tracing.ts`,
  ),
  part(
    '`service` of traces',
    'What peers show.',
    { TRACED_SERVICE },
    `${TELEMETRY}/tracing/peer-resource.ts`,
  ),
  part(
    '`ThriftCallLog`, `ThriftCallLogModule`',
    'Logs of calls.',
    { CALL_LOG_OPTIONS },
    `${TELEMETRY}/logs/call-log-options.ts`,
  ),
  part(
    '`levels` of logs',
    'Levels of lines.',
    { CALL_LOG_LEVELS },
    `${TELEMETRY}/logs/call-log-options.ts`,
  ),
  part('`ThriftHealthModule`', 'Probes.', { HEALTH_OPTIONS }, HEALTH_FILE),
  part('`admin` of health', 'The admin port.', { ADMIN_OPTIONS }, HEALTH_FILE),
  part('`diagnosis` of the admin port', 'Who may see what.', { DIAGNOSIS_OPTIONS }, HEALTH_FILE),
  part(
    '`clients` of health',
    'Clients that readiness looks at.',
    { CLIENT_CHECK_OPTIONS },
    HEALTH_FILE,
  ),
  part(
    '`createThriftTestingServer`',
    'Servers of tests.',
    { TESTING_SERVER_OPTIONS },
    `${TESTING}/server/thrift-testing-server.ts`,
  ),
  part(
    'Faults of testing servers',
    'The last argument of each fault.',
    { FAULT_SCOPE_OPTIONS },
    `${TESTING}/faults/fault-plan.ts`,
  ),
  part(
    '`halfFrame` of testing servers',
    'With those of all faults.',
    { HALF_FRAME_OPTIONS },
    `${TESTING}/faults/thrift-faults.ts`,
  ),
  part(
    '`createThriftTestingContext`, `createThriftTestingStreamContext`',
    'Calls and streams without a caller.',
    { TESTING_CALL_OPTIONS },
    `${TESTING}/context/testing-call.ts`,
  ),
  part(
    '`streams` of `mockThriftClient`',
    'What comes with the messages of a stub.',
    { MOCKED_STREAM_OPTIONS },
    `${TESTING}/client/mocked-streams.ts`,
  ),
];

/**
 * @param {string} title
 * @param {string} intro
 * @param {Readonly<Record<string, Table>>} declared the table by its name in the file
 * @param {string} file
 */
function part(title, intro, declared, file) {
  const [[name, table] = ['', {}]] = Object.entries(declared);
  return { title, intro, name, file, table };
}

const root = path.resolve(import.meta.dirname, '..');
const page = path.join(root, 'docs/reference/options.md');
const text = `# Options

Generated from the sources by \`npm run docs:options\`. All options are checked when the object they belong to is made, those of a call when it is made, and one \`TypeError\`
names everything that is wrong: unknown options with the nearest name, strings for numbers, missing values, values out of range.

${PARTS.map(section).join('\n')}`;
const after = await format(text, { ...(await resolveConfig(page)), filepath: page });
const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
if (after === before) {
  console.log('docs/reference/options.md is up to date');
} else if (process.argv.includes('--check')) {
  console.error(
    'docs/reference/options.md differs from the tables of options; run npm run docs:options',
  );
  process.exitCode = 1;
} else {
  writeFileSync(page, after);
  console.log('wrote docs/reference/options.md');
}

/** @param {(typeof PARTS)[number]} part */
function section({ title, intro, name, file, table }) {
  const lines = commentsOf(file, name).map(([option, comment]) => {
    const { allowed, default: fallback, required } = table[option] ?? { allowed: '' };
    const standard = required ? 'must be given' : defaultOf(fallback, comment);
    return [`\`${option}\``, allowed, standard, textOf(comment)];
  });
  const rows = [
    ['option', 'allowed', 'default', 'meaning'],
    ['---', '---', '---', '---'],
    ...lines,
  ];
  return `## ${title}\n\n${intro}\n\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** The comments of the keys of a table. @param {string} file @param {string} name @returns {[string, string][]} */
function commentsOf(file, name) {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  for (const statement of source.statements) {
    const declaration =
      ts.isVariableStatement(statement) && statement.declarationList.declarations[0];
    const value = declaration && declaration.name.getText() === name && declaration.initializer;
    if (value && ts.isObjectLiteralExpression(value)) {
      return value.properties.flatMap((property) => {
        const [comment] = ts.getJSDocCommentsAndTags(property);
        if (ts.isSpreadAssignment(property)) {
          return declares(source, property.expression)
            ? commentsOf(file, property.expression.getText())
            : [];
        }
        return [[property.name.getText(), comment?.getText() ?? '']];
      });
    }
  }
  throw new Error(`${file} declares no table ${name}`);
}

/** Whether a file declares what is spread: options of another file have a section of their own. @param {ts.SourceFile} source @param {ts.Node} name */
function declares(source, name) {
  return source.statements.some(
    (statement) =>
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations[0]?.name.getText() === name.getText() &&
      ts.isObjectLiteralExpression(statement.declarationList.declarations[0].initializer ?? name),
  );
}

/** @param {unknown} fallback @param {string} comment */
function defaultOf(fallback, comment) {
  const written = /@defaultValue (.*?)(?:\n|\*\/)/.exec(comment)?.[1]?.trim();
  if (written !== undefined) {
    return written;
  }
  return fallback === undefined || fallback === '' ? '–' : `\`${JSON.stringify(fallback)}\``;
}

/** @param {string} comment */
function textOf(comment) {
  const lines = comment.replace(/^\/\*\*|\*\/$/g, '').split('\n');
  return lines
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .replace(/@(defaultValue|example) .*$/, '')
    .replaceAll('|', '\\|')
    .trim();
}
