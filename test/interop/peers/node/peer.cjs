// The peer of npm thrift.
//
//   peer.cjs server|client HOST:PORT buffered|framed binary|compact [tls=FOLDER] [multiplexed=1]
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const thrift = require('thrift');
const Interop = require('./gen/Interop');
const InteropNext = require('./gen/InteropNext');
const { EMPTY, FULL, LARGEST, Everything, ...types } = require('./gen/interop_types');

// npm thrift's maps hold neither boolean nor large 64-bit keys, so "keys" is left out; it writes -0 as 0, so "doubles" is
// only received; its Compact reads booleans in containers as false, so there "full" is left out.
const NAMES = ['full', 'empty', 'largest', 'doubles', 'large', 'deep', 'defaults'];

function build(name) {
  if (name === 'full' || name === 'largest') {
    return name === 'full' ? FULL : LARGEST;
  }
  const value = name === 'defaults' ? { name } : { ...EMPTY, name };
  if (name === 'empty') {
    value.name = '';
  }
  if (name === 'doubles') {
    value.real = -0;
    value.reals = [
      0,
      -0,
      NaN,
      Infinity,
      -Infinity,
      5e-324,
      Number.MAX_VALUE,
      2.2250738585072014e-308,
    ];
  }
  if (name === 'large') {
    value.bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => i * 31));
    value.text = 'é'.repeat(100_000);
    value.longs = Array.from({ length: 20_000 }, (_, i) => i);
  }
  if (name === 'deep') {
    value.tree = new types.Tree({ value: 0, children: [], named: {} });
    for (let level = 1; level <= 20; level++) {
      value.tree = new types.Tree({ value: level, children: [value.tree], named: {} });
    }
  }
  return new Everything(value);
}

const isInt64 = (value) => value instanceof thrift.Int64 || value?.buffer instanceof Buffer;
const byText = (a, b) => (String(a) < String(b) ? -1 : 1);

// Int64 as bigint, text as bytes where the constant has text, sets in one order, -0 as 0.
function normal(value, key) {
  if (isInt64(value)) {
    return value.buffer.readBigInt64BE(0);
  }
  if (key === 'big' || key === 'longs[]' || key === 'ids[]' || key === 'counts.') {
    return BigInt(value);
  }
  if (key === 'bytes' || key === 'blobs[]') {
    return Buffer.from(value).toString('hex');
  }
  if (Array.isArray(value)) {
    const list = value.map((element) => normal(element, `${key}[]`));
    return ['words', 'ids', 'colors'].includes(key) ? list.sort(byText) : list;
  }
  if (typeof value === 'number') {
    return value === 0 ? 0 : value;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, element]) => [
      name,
      normal(element, value instanceof Everything ? name : `${key}.`),
    ]),
  );
}

function differs(expected, actual) {
  try {
    assert.deepStrictEqual(actual, expected);
    return '';
  } catch (error) {
    return error.message.slice(0, 500);
  }
}

function difference(name, received) {
  if (name === 'defaults') {
    const defaultsOf = (value) =>
      ['name', 'color', 'numberDefault', 'textDefault', 'listDefault'].map((field) => value[field]);
    return differs(defaultsOf(build(name)), defaultsOf(received));
  }
  return differs(normal(build(name), ''), normal(received, ''));
}

function combined(flag, tiny, small, medium, big, real, text, data, color, words) {
  const hex = Buffer.from(data).toString('hex');
  return [flag, tiny, small, medium, normal(big, 'big'), real, text, hex, color, words.join()].join(
    '|',
  );
}

function flip(shape) {
  if (shape.dot !== null) {
    return { dot: { x: shape.dot.y, y: shape.dot.x } };
  }
  if (shape.circle !== null) {
    return { dot: shape.circle.center };
  }
  if (shape.label !== null) {
    return { label: `${shape.label}!` };
  }
  return { polygon: shape.polygon.toReversed() };
}

let remembered = '';

const service = {
  baseAdd: (a, b) => a + b,
  check: (name, value) => difference(name, value),
  produce: (name) => build(name),
  echo: (value) => value,
  combine: combined,
  flip,
  nothing: () => undefined,
  // Async, because generated code lets what a handler throws at once pass to the connection.
  async fail(kind) {
    if (kind === 'notFound') {
      throw new types.NotFound({ message: 'not here', code: 404, details: { key: 'value' } });
    }
    if (kind === 'denied') {
      throw new types.Denied({ reason: 'closed' });
    }
    if (kind === 'undeclared') {
      throw new Error('undeclared');
    }
    return kind;
  },
  remember(text) {
    remembered = text;
  },
  recall: () => remembered,
};
// Generated code takes a handler for one in callback style unless its length is the number of arguments.
Object.defineProperty(service.combine, 'length', { value: 10 });

function parse([address, transport, protocol, ...options]) {
  const [host, port] = address.split(':');
  return {
    host,
    port: Number(port),
    transport: transport === 'framed' ? thrift.TFramedTransport : thrift.TBufferedTransport,
    protocol: protocol === 'compact' ? thrift.TCompactProtocol : thrift.TBinaryProtocol,
    ...Object.fromEntries(options.map((option) => option.split('='))),
  };
}

function serve({ host, port, transport, protocol, tls, multiplexed }) {
  const options = { transport, protocol };
  if (tls !== undefined) {
    options.tls = {
      cert: fs.readFileSync(path.join(tls, 'cert.pem')),
      key: fs.readFileSync(path.join(tls, 'key.pem')),
    };
  }
  let server = thrift.createServer(Interop, service, options);
  if (multiplexed !== undefined) {
    const processor = new thrift.MultiplexedProcessor();
    processor.registerProcessor('Interop', new Interop.Processor(service));
    server = thrift.createMultiplexServer(processor, options);
  }
  server.on('error', () => undefined);
  server.listen(port, host, () => console.log('ready', server.address().port));
  process.stdin.on('end', () => process.exit(0)).resume();
}

function report(name, detail) {
  console.log(JSON.stringify({ case: name, ok: detail === '', detail }));
}

async function attempt(name, action) {
  try {
    report(name, await action());
  } catch (error) {
    report(name, `${error.name ?? ''}: ${error.message ?? error}`);
  }
}

async function raised(promise, expected, fields) {
  const error = await promise.then(
    (value) => assert.fail(`returned ${value}`),
    (reason) => reason,
  );
  if (!(error instanceof expected.constructor)) {
    return String(error);
  }
  const picked = (value) => fields.map((field) => value[field]);
  return differs(picked(expected), picked(error));
}

async function applicationError(promise, codes) {
  const error = await promise.then(
    (value) => assert.fail(`returned ${value}`),
    (reason) => reason,
  );
  const known = error instanceof thrift.Thrift.TApplicationException && codes.includes(error.type);
  return known ? '' : `${error.name} of type ${error.type}: ${error.message}`;
}

async function oneway(client) {
  const text = `kept ${process.hrtime.bigint()}`;
  await client.remember(text);
  let recalled = '';
  for (let i = 0; i < 200 && recalled !== text; i++) {
    recalled = await client.recall();
  }
  return differs(text, recalled);
}

async function many(client) {
  for (let i = 0; i < 200; i++) {
    if ((await client.baseAdd(i, 1)) !== i + 1) {
      return `wrong sum for ${i}`;
    }
  }
  return '';
}

async function run(client, protocol) {
  for (const name of NAMES) {
    if (name === 'full' && protocol === thrift.TCompactProtocol) {
      continue;
    }
    await attempt(`produce ${name}`, async () => difference(name, await client.produce(name)));
    if (name === 'doubles') {
      continue;
    }
    await attempt(`check ${name}`, () => client.check(name, build(name)));
    await attempt(`echo ${name}`, async () => difference(name, await client.echo(build(name))));
  }
  const args = [
    true,
    -5,
    300,
    70000,
    -5000000000,
    2.5,
    'text',
    Buffer.from([0, 255, 10]),
    5,
    ['a', 'ü', ''],
  ];
  await attempt('several arguments', async () =>
    differs(combined(...args), await client.combine(...args)),
  );
  const shapes = {
    struct: [{ dot: { x: 1, y: 2 } }, { dot: { x: 2, y: 1 } }],
    'nested struct': [{ circle: { center: { x: 1, y: 2 }, radius: 1 } }, { dot: { x: 1, y: 2 } }],
    string: [{ label: 'here' }, { label: 'here!' }],
    list: [{ polygon: [1, 2, 3] }, { polygon: [3, 2, 1] }],
  };
  for (const [kind, [sent, wanted]] of Object.entries(shapes)) {
    await attempt(`union of a ${kind}`, async () =>
      differs(new types.Shape(wanted), await client.flip(new types.Shape(sent))),
    );
  }
  await attempt('void', async () => differs(undefined, await client.nothing()));
  await attempt('inherited method', async () =>
    differs(2147483640, await client.baseAdd(2147483647, -7)),
  );
  const notFound = new types.NotFound({
    message: 'not here',
    code: 404,
    details: { key: 'value' },
  });
  await attempt('first declared exception', () =>
    raised(client.fail('notFound'), notFound, ['message', 'code', 'details']),
  );
  const denied = new types.Denied({ reason: 'closed' });
  await attempt('second declared exception', () =>
    raised(client.fail('denied'), denied, ['reason']),
  );
  await attempt('undeclared exception', () => applicationError(client.fail('undeclared'), [0, 6]));
  await attempt('result beside exceptions', async () => differs('fine', await client.fail('fine')));
  await attempt('unknown method', () => applicationError(client.notThere(1), [1]));
  await attempt('oneway', () => oneway(client));
  await attempt('200 calls in a row', () => many(client));
}

async function call({ host, port, transport, protocol, tls, multiplexed }) {
  const options = { transport, protocol };
  let connection;
  if (tls === undefined) {
    connection = thrift.createConnection(host, port, options);
  } else {
    const ca = fs.readFileSync(path.join(tls, 'cert.pem'));
    connection = thrift.createSSLConnection('localhost', port, { ...options, ca });
  }
  connection.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  const client =
    multiplexed === undefined
      ? thrift.createClient(InteropNext, connection)
      : new thrift.Multiplexer().createClient('Interop', InteropNext, connection);
  await run(client, protocol);
  connection.end();
}

const [mode, ...args] = process.argv.slice(2);
if (mode === 'server') {
  serve(parse(args));
} else {
  void call(parse(args));
}
