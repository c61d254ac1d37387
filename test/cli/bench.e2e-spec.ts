import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@nestjs-thrift/cli';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { BizStatusError, ServerTransport } from '@nestjs-thrift/transport';
import { memoryIo } from '#test/memory-io.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

const IDL = `
exception Missing { 1: required string message }
service Shop {
  i64 Add(1: i64 left, 2: i64 right)
  string Fail(1: i32 number) throws (1: Missing missing)
  void Stall(1: i32 number)
  void Hang()
}`;
const compiled = compileSchema(loadSchemaFromText(IDL, { file: 'shop.thrift' }));

interface Outcome {
  readonly calls: number;
  readonly success: number;
  readonly errors: Record<string, { readonly calls: number; readonly firstError: string }>;
  readonly load: Record<'due' | 'made' | 'dropped', number>;
  readonly throughput: number;
  readonly seconds: number;
  readonly latencyMs: Record<string, number>;
}

let folder: string;
let server: ServerTransport;
let seen: unknown[] = [];
let connections = 0;
let release = (): void => {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'shop.thrift'), IDL);
  const handlers = {
    Add: ({ left, right }: Record<string, unknown>) => {
      seen.push(left);
      return (left as bigint) + (right as bigint);
    },
    Fail: ({ number }: Record<string, unknown>) => {
      if (number === 1) {
        throw new (compiled.exception('Missing'))({ message: 'gone' });
      }
      if (number === 2) {
        throw new BizStatusError(1002, 'bad');
      }
      if (number === 3) {
        throw new Error('secret');
      }
      return 'fine';
    },
    // The first call holds up all others of the only connection until the time of many of them has passed.
    Stall: async ({ number }: Record<string, unknown>) => {
      if (number === 1) {
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
    Hang: () => new Promise<void>((resolve) => (release = resolve)),
  };
  server = new ServerTransport([{ definition: compiled.service('Shop'), handlers }], {
    port: 0,
    host: '127.0.0.1',
    observers: [{ connectionOpened: () => void (connections += 1) }],
  });
  await server.listen();
});
afterAll(async () => {
  release();
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  seen = [];
  connections = 0;
});

/** Without the probes of --transport auto, so that each connection and call is one of the run. */
const FIXED = ['--transport', 'TTHeaderFramed'];

async function bench(...argv: string[]) {
  const io = memoryIo(folder);
  // A connection takes longer than the default on a busy machine.
  const patient = ['--idl', 'shop.thrift', '--connect-timeout', '5000'];
  const code = await run(['bench', server.address, ...argv, ...FIXED, ...patient], io);
  return { code, out: io.out(), err: io.err() };
}

async function measured(...argv: string[]): Promise<Outcome> {
  const { code, out, err } = await bench(...argv, '--json');
  // On a busy machine a run lasts long enough for a line of its view.
  const warnings = err.replaceAll(/^\d+ calls? in .*\n/gm, '');
  expect({ code, warnings }).toEqual({ code: 0, warnings: '' });
  expect(out.trim().split('\n')).toHaveLength(1);
  return JSON.parse(out) as Outcome;
}

const SUM = '{"left": "{{sequence}}", "right": 1}';

describe('bench', () => {
  it('makes exactly the calls it is asked for, over a pool', async () => {
    const options = ['--requests', '500', '--concurrency', '10', '--connections', '3'];
    const outcome = await measured('Shop.Add', SUM, ...options);
    expect(outcome).toMatchObject({ calls: 500, success: 500, errors: {} });
    expect(new Set(seen).size).toBe(500);
    expect(connections).toBeLessThanOrEqual(3);
  });

  it('makes them over one connection with --mux, after a warmup that does not count', async () => {
    const options = ['--requests', '50', '--warmup', '20', '--concurrency', '10', '--mux'];
    expect(await measured('Shop.Add', SUM, ...options)).toMatchObject({ calls: 50, success: 50 });
    expect(seen).toHaveLength(70);
    expect(connections).toBe(1);
  });

  it('takes the payloads of a file in turn, and counts errors by class', async () => {
    writeFileSync(join(folder, 'numbers.jsonl'), '0\n1\n2\n3\n');
    const assertions = ['--assert', 'errors<=75%'];
    const outcome = await measured('Shop.Fail', '@numbers.jsonl', '-n', '40', ...assertions);
    expect(outcome).toMatchObject({ calls: 40, success: 10 });
    expect(outcome.errors).toMatchObject({
      Missing: { calls: 10, firstError: 'Missing: gone' },
      'business status 1002': { calls: 10 },
      REMOTE_ERROR: { calls: 10 },
    });
  });

  it('sees a server that stalls as latency of the calls that should have begun', async () => {
    const load = ['"{{sequence}}"', '--requests', '30', '--concurrency', '1'];
    const closed = await measured('Shop.Stall', ...load);
    const open = await measured('Shop.Stall', ...load, '--rate', '1000');
    expect(open).toMatchObject({ calls: 30, success: 30 });
    // One caller waits in both; only the open loop counts the wait of the calls behind the first one.
    expect(open.latencyMs.p50).toBeGreaterThan(closed.latencyMs.p50!);
    expect(open.latencyMs.p50).toBeGreaterThan(open.latencyMs.max! / 2);
  });

  it('runs for a duration', async () => {
    const outcome = await measured('Shop.Add', SUM, '--duration', '0.2', '--concurrency', '2');
    expect(outcome.calls).toBe(seen.length);
    expect(outcome.calls).toBeGreaterThan(0);
  });

  it('begins no call after the duration, however many a slow server has kept waiting', async () => {
    const load = ['--rate', '200', '--duration', '0.5', '--concurrency', '1', '--timeout', '300'];
    const { code, out } = await bench('Shop.Hang', ...load, '--json');
    expect(code).toBe(4);
    // 100 calls were due; each held the only caller for 300 ms.
    const { calls, load: totals } = JSON.parse(out) as Outcome;
    expect(calls).toBeLessThanOrEqual(2);
    expect(totals).toEqual({ due: 100, made: calls, dropped: 100 - calls });
  });

  it('prints what it has on Ctrl-C', async () => {
    const io = memoryIo(folder);
    const argv = ['bench', server.address, 'Shop.Hang', '--idl', 'shop.thrift', '--json'];
    const ended = run([...argv, ...FIXED, '--concurrency', '1'], io);
    await until(() => server.inFlightCount > 0);
    io.interrupt();
    expect(await ended).toBe(130);
    expect(io.err()).toBe('error: interrupted\n');
    expect(JSON.parse(io.out())).toMatchObject({ interrupted: true, calls: 0, errors: {} });
  });

  it('prints throughput, latency and a histogram, and writes a report', async () => {
    const { code, out } = await bench('Shop.Add', SUM, '--requests', '20', '--out', 'report.html');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^20 calls in [\d.]+ s: [\d.]+ successful calls\/s\nsuccess 20, errors 0\n/,
    );
    expect(out).toMatch(/p999 +[\d.]+ ms[\s\S]*histogram\n.*■/);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(
      '<dt>calls</dt><dd class="">20</dd>',
    );
  });

  it.each(['missing/report.html', 'shop.thrift/report.html', '.'])(
    'ends with 3 before the first call if it cannot write its report to %s',
    async (path) => {
      const { code, err, out } = await bench('Shop.Add', SUM, '--requests', '20', '--out', path);
      expect(err).toContain(`error: cannot write ${path}: `);
      expect({ code, out, seen }).toEqual({ code: 3, out: '', seen: [] });
    },
  );

  it('leaves an earlier report alone until there is a new one', async () => {
    writeFileSync(join(folder, 'earlier.html'), 'earlier');
    const { code } = await bench('Shop.Add', '{"left": "x"}', '--out', 'earlier.html');
    expect(code).toBe(3);
    expect(readFileSync(join(folder, 'earlier.html'), 'utf8')).toBe('earlier');
    await bench('Shop.Add', '{"left": "x"}', '--out', 'never.html');
    expect(existsSync(join(folder, 'never.html'))).toBe(false);
  });

  it('ends with 1 and names what is not met', async () => {
    const assertions = ['--assert', 'errors<1%,success>20,throughput>0'];
    const { code, err } = await bench('Shop.Add', SUM, '--requests', '20', ...assertions);
    expect(code).toBe(1);
    expect(err).toBe('error: success>20 is not met: it is 20\n');
  });

  it('ends with 4 if every call failed, and with 1 if that is what an assertion is about', async () => {
    const failing = ['Shop.Fail', '1', '--requests', '5'];
    const { code, err, out } = await bench(...failing);
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringContaining('error: every call failed; the first with Missing: gone\n'),
    });
    expect(out).toContain('Missing: 5');
    expect((await bench(...failing, '--assert', 'errors<1%')).code).toBe(1);
  });

  it('names the cause when a server never answers', async () => {
    const io = memoryIo(folder);
    const address = await serveRaw((socket) => socket.once('data', () => socket.end()));
    const argv = ['bench', address, 'Shop.Hang', '--idl', 'shop.thrift', '--requests', '20'];
    expect(await run([...argv, ...FIXED], io)).toBe(4);
    expect(io.err()).toMatch(/every call failed; the first with CONNECTION_LOST: .*with --tls$/m);
  });

  it('exits with 4 if nothing listens', async () => {
    const io = memoryIo(folder);
    const argv = ['bench', await refusingAddress(), 'Shop.Hang', '--idl', 'shop.thrift'];
    expect(await run(argv, io)).toBe(4);
    expect(io.err()).toContain('CONNECT_FAILED');
    expect(io.out()).toBe('');
  });

  it('ends with 3 if a template makes a value that does not fit the IDL, even in the midst of a run', async () => {
    const { code, err } = await bench('Shop.Fail', '"214748364{{sequence}}"', '--requests', '20');
    expect({ code, err }).toEqual({
      code: 3,
      err: 'error: the JSON must be an integer from -2147483648 to 2147483647, got "2147483641"\n',
    });
    const late = await bench(
      'Shop.Add',
      '{"left": "{{random 1 9}}00000000000000000{{sequence}}"}',
      '--requests',
      '200',
    );
    expect(late.code).toBe(3);
    expect(late.err).toContain('left must be ');
  });

  it('does not let a server pass that is gone, and does not ask it as fast as it can', async () => {
    let served = 0;
    const handlers = { Add: () => 1n, Fail: () => '', Stall: () => {}, Hang: () => {} };
    const counted = { ...handlers, Add: () => BigInt((served += 1)) };
    const gone = new ServerTransport(
      [{ definition: compiled.service('Shop'), handlers: counted }],
      { port: 0, host: '127.0.0.1' },
    );
    await gone.listen();
    const io = memoryIo(folder);
    const load = ['--duration', '1s', '--concurrency', '5'];
    const assertions = ['--assert', 'p99<60s,throughput>100000'];
    const argv = ['bench', gone.address, 'Shop.Add', SUM, '--idl', 'shop.thrift', '--json'];
    const ended = run([...argv, ...load, ...assertions, '--connect-timeout', '5000'], io);
    await until(() => served > 0);
    await gone.close({ drainTimeoutMs: 0 });
    expect(await ended).toBe(1);
    const { errors, calls, success } = JSON.parse(io.out()) as Outcome;
    // Five callers whose pauses double to a second: at most some ten attempts each.
    expect(errors.CONNECT_FAILED?.calls ?? 0).toBeLessThan(100);
    expect(calls).toBeGreaterThan(success);
    expect(io.err()).toContain('throughput>100000 is not met');
    expect(io.err()).toMatch(/warning: \d+ of \d+ calls failed .*add errors<1%/);
  });

  it('compares with an earlier run and fails where a figure is worse', async () => {
    const load = ['Shop.Add', SUM, '--requests', '50'];
    const { out } = await bench(...load, '--json');
    const earlier = JSON.parse(out) as Outcome;
    writeFileSync(join(folder, 'same.json'), JSON.stringify({ ...earlier, throughput: 0.001 }));
    writeFileSync(join(folder, 'fast.json'), JSON.stringify({ ...earlier, throughput: 1e9 }));
    const lenient = ['--max-regression', '100000'];
    expect((await bench(...load, '--compare', 'same.json', ...lenient)).code).toBe(0);
    const worse = await bench(...load, '--compare', 'fast.json');
    expect(worse.code).toBe(1);
    expect(worse.out).toContain('compared with fast.json');
    expect(worse.err).toMatch(/throughput is \d+(\.\d+)? % worse than in fast\.json/);
    const wrong = await bench(...load, '--compare', 'shop.thrift');
    expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('bench --json >') });
  });

  it('redraws its progress on a terminal, and leaves nothing of it', async () => {
    const io = memoryIo(folder, { isTTY: true });
    const argv = ['bench', server.address, 'Shop.Add', SUM, '--idl', 'shop.thrift'];
    expect(await run([...argv, '--duration', '0.6', '--concurrency', '1'], io)).toBe(0);
    expect(io.err()).toMatch(/█.* \d+% \d+ calls in [\d.]+ s, \d+\/s/);
    expect(io.err().endsWith('\u001b[2K')).toBe(true);
  });

  it.each([
    [['Shop.Add', SUM, '--assert', 'p99'], 2, 'invalid assertion "p99"'],
    [['Shop.Add', SUM, '--concurrency', '0'], 2, 'Give an integer from 1'],
    [['Shop.Add', SUM, '--rate', '0'], 2, 'Give a number above 0'],
    [['Shop.Add', SUM, '--duration', '1', '--requests', '1'], 2, 'cannot be used with'],
    [['Shop.Add', '{"left": "{{next}}"}'], 3, '{{next}} is not a template'],
    [['Shop.Add', '{"left": "x"}'], 3, 'left must be a 64-bit integer'],
    [['Shop.Add', '@none.jsonl'], 3, 'cannot read none.jsonl'],
  ])('refuses %j', async (argv, code, message) => {
    const refused = await bench(...argv);
    expect(refused.err).toContain(message);
    expect(refused.code).toBe(code);
  });
});
