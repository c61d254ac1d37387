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
import { SERVER_OPTIONS } from '../libs/transport/src/server/server-options.js';
import { GATEWAY_OPTIONS } from '../libs/gateway/src/module/gateway-options.js';
import { THRIFT_CLIENT_OPTIONS } from '../libs/microservice/src/client/thrift-client-options.js';
import { THRIFT_SERVER_OPTIONS } from '../libs/microservice/src/server/thrift-server-options.js';

const TRANSPORT = 'libs/transport/src';
const NEST = 'libs/microservice/src';
const CLIENT_FILE = `${TRANSPORT}/connection/client-options.ts`;

/** @typedef {Readonly<Record<string, { readonly default: unknown, readonly allowed: string }>>} Table */
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
    intro: 'Of `ThriftClient`, `forFeature` and `client` of `forRoot`, with those of connections.',
    name: 'THRIFT_CLIENT_OPTIONS',
    file: `${NEST}/client/thrift-client-options.ts`,
    table: THRIFT_CLIENT_OPTIONS,
  },
  {
    title: '`createClient`',
    intro: 'Clients of plain Node.js.',
    name: 'CREATE_CLIENT_OPTIONS',
    file: `${TRANSPORT}/client/create-client.ts`,
    table: CREATE_CLIENT_OPTIONS,
  },
  {
    title: 'Servers',
    intro: 'Of `ServerTransport`, and of the server of Nest.',
    name: 'SERVER_OPTIONS',
    file: `${TRANSPORT}/server/server-options.ts`,
    table: SERVER_OPTIONS,
  },
  {
    title: 'Servers of Nest',
    intro:
      'Of `ThriftServer` and `server` of `forRoot`, with those of servers but `onHandlerError`.',
    name: 'THRIFT_SERVER_OPTIONS',
    file: `${NEST}/server/thrift-server-options.ts`,
    table: THRIFT_SERVER_OPTIONS,
  },
  {
    title: 'Gateways',
    intro: 'Of `ThriftGatewayModule`; the routes: [HTTP from the IDL](../guides/http-gateway.md).',
    name: 'GATEWAY_OPTIONS',
    file: 'libs/gateway/src/module/gateway-options.ts',
    table: GATEWAY_OPTIONS,
  },
];

const root = path.resolve(import.meta.dirname, '..');
const page = path.join(root, 'docs/reference/options.md');
const text = `# Options

Generated from the sources by \`npm run docs:options\`. All options are checked when a client or server is made, and one \`TypeError\`
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
    const { allowed, default: fallback } = table[option] ?? { allowed: '', default: undefined };
    return [`\`${option}\``, allowed, defaultOf(fallback, comment), textOf(comment)];
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
        return property.name === undefined
          ? []
          : [[property.name.getText(), comment?.getText() ?? '']];
      });
    }
  }
  throw new Error(`${file} declares no table ${name}`);
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
    .replace(/@defaultValue.*$/, '')
    .replaceAll('|', '\\|')
    .trim();
}
