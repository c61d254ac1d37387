import { RemoteError } from '@nestjs-thrift/transport';
import { until } from '#test/until.js';
import type { Combination, Results } from '../runner/results.js';
import { exceptionClass } from './definitions.js';
import { combined } from './service.js';
import { build, CASES, difference, differs, normal, type Everything } from './values.js';

/** Calls a method of a service with arguments by name. */
export type Call = (
  service: string,
  method: string,
  args?: Record<string, unknown>,
) => Promise<unknown>;

/** Makes all calls of the service Interop, except those left out, and records each. */
export async function runCalls(
  call: Call,
  results: Results,
  combination: Combination,
  leftOut: readonly string[] = [],
): Promise<void> {
  const attempt = async (name: string, action: () => Promise<string>): Promise<void> => {
    if (!leftOut.includes(name)) {
      await results.attempt(combination, name, action);
    }
  };
  const interop = (method: string, args?: Record<string, unknown>): Promise<unknown> =>
    call('Interop', method, args);

  for (const caseName of CASES) {
    const value = build(caseName);
    await attempt(
      `check ${caseName}`,
      async () => (await interop('check', { caseName, value })) as string,
    );
    await attempt(`produce ${caseName}`, async () =>
      difference(caseName, (await interop('produce', { caseName })) as Everything),
    );
    await attempt(`echo ${caseName}`, async () =>
      difference(caseName, (await interop('echo', { value })) as Everything),
    );
  }
  await attempt('several arguments', async () => {
    const args = {
      flag: true,
      tiny: -5,
      small: 300,
      medium: 70000,
      big: -5000000000n,
      real: 2.5,
      text: 'text',
      bytes: Buffer.from([0, 255, 10]),
      color: 5,
      words: ['a', 'ü', ''],
    };
    return differs(combined(args), await interop('combine', args));
  });
  for (const [kind, sent, wanted] of SHAPES) {
    await attempt(`union of a ${kind}`, async () =>
      differs(wanted, normal(await interop('flip', { shape: sent }))),
    );
  }
  await attempt('void', async () => differs(undefined, await interop('nothing')));
  await attempt('inherited method', async () =>
    differs(2147483640, await interop('baseAdd', { a: 2147483647, b: -7 })),
  );
  await runFailures(attempt, interop, call);
  await attempt('oneway', () => oneway(interop));
  await attempt('200 calls in a row', () => many(interop));
  await attempt('200 calls at once', () => atOnce(interop));
}

const SHAPES = [
  ['struct', { dot: { x: 1, y: 2 } }, { dot: { x: 2, y: 1 } }],
  ['nested struct', { circle: { center: { x: 1, y: 2 }, radius: 1 } }, { dot: { x: 1, y: 2 } }],
  ['string', { label: 'here' }, { label: 'here!' }],
  ['list', { polygon: [1, 2, 3] }, { polygon: [3, 2, 1] }],
] as const;

type Attempt = (name: string, action: () => Promise<string>) => Promise<void>;
type Interop = (method: string, args?: Record<string, unknown>) => Promise<unknown>;

async function runFailures(attempt: Attempt, interop: Interop, call: Call): Promise<void> {
  const declared = [
    [
      'first',
      'notFound',
      'NotFound',
      { message: 'not here', code: 404, details: { key: 'value' } },
    ],
    ['second', 'denied', 'Denied', { reason: 'closed' }],
  ] as const;
  for (const [position, kind, name, fields] of declared) {
    await attempt(`${position} declared exception`, async () => {
      const error = await rejection(interop('fail', { kind }));
      if (!(error instanceof exceptionClass(name))) {
        return `rejected with ${String(error)}`;
      }
      const picked = Object.keys(fields).map((key) => [key, Reflect.get(error, key)] as const);
      return differs(fields, Object.fromEntries(picked));
    });
  }
  // C++ and npm thrift report what their handlers throw as type 0, everybody else as 6.
  await attempt('undeclared exception', async () =>
    remote(await rejection(interop('fail', { kind: 'undeclared' })), [0, 6]),
  );
  await attempt('result beside exceptions', async () =>
    differs('fine', await interop('fail', { kind: 'fine' })),
  );
  // npm thrift sends no type; Kitex asks for the service first and says 20 when it does not know it.
  await attempt('unknown method', async () =>
    remote(await rejection(call('InteropNext', 'notThere', { value: 1 })), [0, 1, 20]),
  );
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => new Error(`resolved with ${String(value)}`),
    (error: unknown) => error,
  );
}

function remote(error: unknown, types: readonly number[]): string {
  if (error instanceof RemoteError && types.includes(error.type)) {
    return '';
  }
  return `rejected with ${String(error)}`;
}

async function oneway(interop: Interop): Promise<string> {
  const text = `kept ${process.hrtime.bigint()}`;
  await interop('remember', { text });
  await until(async () => (await interop('recall')) === text);
  return '';
}

async function many(interop: Interop): Promise<string> {
  for (let a = 0; a < 200; a++) {
    if ((await interop('baseAdd', { a, b: 1 })) !== a + 1) {
      return `wrong sum for ${a}`;
    }
  }
  return '';
}

async function atOnce(interop: Interop): Promise<string> {
  const numbers = Array.from({ length: 200 }, (_, index) => index);
  const sums = await Promise.all(numbers.map((a) => interop('baseAdd', { a, b: 1 })));
  return differs(
    numbers.map((a) => a + 1),
    sums,
  );
}
