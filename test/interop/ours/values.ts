import { inspect, isDeepStrictEqual } from 'node:util';

/** A struct Everything as this project has it. */
export type Everything = Record<string, unknown>;

/** Names of the cases that carry one. */
export const CASES = [
  'full',
  'empty',
  'largest',
  'doubles',
  'large',
  'deep',
  'keys',
  'defaults',
] as const;

const Color = { RED: 1, GREEN: 2, BLUE: 5, NEGATIVE: -3 } as const;

const FULL: Everything = {
  flag: true,
  tiny: -7,
  small: 1234,
  medium: 1234567,
  big: 1234567890123n,
  real: 3.25,
  text: 'grüße, 世界, 😀',
  bytes: Buffer.from('some bytes'),
  color: Color.BLUE,
  numbers: [1, -2, 3, 400000, -500000, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  words: ['alpha', 'beta', 'gamma'],
  ids: [1n, -2n, 3000000000n],
  counts: { one: 1n, many: 9000000000n },
  grid: [['a', 'b'], [], ['c']],
  nested: {
    left: [
      new Map([
        [1, 'one'],
        [2, 'two'],
      ]),
      new Map([[3, 'three']]),
    ],
    right: [],
  },
  switches: [true, false, true, true],
  reals: [0.5, -1.25, 100],
  blobs: [Buffer.from('x'), Buffer.from(''), Buffer.from('yz')],
  palette: [Color.GREEN, Color.RED, Color.NEGATIVE],
  points: [
    { x: 1, y: 2 },
    { x: -1, y: -2 },
  ],
  shapes: {
    dot: { dot: { x: 3, y: 4 } },
    circle: { circle: { center: { x: 5, y: 6 }, radius: 7.5 } },
    label: { label: 'here' },
    polygon: { polygon: [1, 2, 3] },
  },
  colors: [Color.RED, Color.BLUE],
  longs: [1n, -1n, 4294967296n],
  answers: { yes: true, no: false },
  point: { x: 8, y: 9 },
  shape: { circle: { center: { x: 1, y: 1 }, radius: 0.5 } },
  tree: {
    value: 1,
    children: [{ value: 2, children: [{ value: 3, children: [], named: {} }], named: {} }],
    named: { other: { value: 4, children: [], named: {} } },
  },
  presentFlag: false,
  name: 'full',
  numberDefault: 43,
  textDefault: 'changed',
  listDefault: [9],
  far: 300,
  last: 'end',
};

const EMPTY: Everything = {
  flag: false,
  tiny: 0,
  small: 0,
  medium: 0,
  big: 0n,
  real: 0,
  text: '',
  bytes: Buffer.alloc(0),
  color: Color.RED,
  numbers: [],
  words: [],
  ids: [],
  counts: {},
  grid: [],
  nested: {},
  switches: [],
  reals: [],
  blobs: [],
  palette: [],
  points: [],
  shapes: {},
  colors: [],
  longs: [],
  answers: {},
  name: '',
  numberDefault: 0,
  textDefault: '',
  listDefault: [],
  far: 0,
  last: '',
};

const LARGEST: Everything = {
  ...EMPTY,
  flag: true,
  tiny: 127,
  small: 32767,
  medium: 2147483647,
  big: 9223372036854775807n,
  real: 1.5,
  text: 'z',
  bytes: Buffer.from('z'),
  color: Color.BLUE,
  numbers: [2147483647, -2147483648],
  ids: [9223372036854775807n],
  counts: { largest: 9223372036854775807n },
  nested: { '': [new Map([[2147483647, '']])] },
  points: [{ x: 2147483647, y: -2147483648 }],
  longs: [9223372036854775807n, 9007199254740993n, -9007199254740993n],
  name: 'largest',
  numberDefault: 2147483647,
  far: 2147483647,
};

const KEYS = {
  byBool: new Map([
    [true, 'yes'],
    [false, 'no'],
  ]),
  byI8: new Map([
    [-128, 'min'],
    [127, 'max'],
  ]),
  byI16: new Map([
    [-32768, 'min'],
    [32767, 'max'],
  ]),
  byI32: new Map([
    [-2147483648, 'min'],
    [2147483647, 'max'],
  ]),
  byI64: new Map([
    [-9223372036854775808n, 'min'],
    [9223372036854775807n, 'max'],
  ]),
  byDouble: new Map([
    [0.5, 'half'],
    [-2.25, 'minus'],
  ]),
  byString: { '': 'empty', ключ: 'key' },
  byBinary: new Map([
    [Buffer.from('a'), 'one'],
    [Buffer.from([0, 255]), 'two'],
  ]),
  byColor: new Map<number, string>([
    [Color.RED, 'red'],
    [Color.NEGATIVE, 'negative'],
  ]),
};

const DOUBLES = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  2.2250738585072014e-308,
];

function large(): Everything {
  return {
    ...EMPTY,
    name: 'large',
    bytes: Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, index) => index * 31)),
    text: 'é'.repeat(100_000),
    longs: Array.from({ length: 20_000 }, (_, index) => BigInt(index)),
  };
}

function deep(): Everything {
  let tree: Everything = { value: 0, children: [], named: {} };
  for (let level = 1; level <= 20; level++) {
    tree = { value: level, children: [tree], named: {} };
  }
  return { ...EMPTY, name: 'deep', tree };
}

/** Makes the value of a case. */
export function build(name: string): Everything {
  switch (name) {
    case 'full':
      return FULL;
    case 'empty':
      return EMPTY;
    case 'largest':
      return LARGEST;
    case 'doubles':
      return { ...EMPTY, name, real: -0, reals: DOUBLES };
    case 'large':
      return large();
    case 'deep':
      return deep();
    case 'keys':
      return { ...EMPTY, name, keys: KEYS };
    case 'defaults':
      return { name };
    default:
      throw new Error(`no case ${name}`);
  }
}

/** What a receiver makes of `defaults`: fields that were not sent have the defaults of the IDL. */
const DEFAULTS: Everything = {
  name: 'defaults',
  color: Color.RED,
  numberDefault: 42,
  textDefault: 'default',
  listDefault: [1, 2, 3],
};

/** Tells how a received value differs from that of a case; empty if it does not. */
export function difference(name: string, received: Everything): string {
  if (name === 'defaults') {
    const picked = Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, received[key]]));
    return differs(DEFAULTS, picked);
  }
  return differs(normal(build(name)), normal(received));
}

/** Tells how two values differ; empty if they do not. */
export function differs(expected: unknown, actual: unknown): string {
  if (isDeepStrictEqual(expected, actual)) {
    return '';
  }
  if (isPlain(expected) && isPlain(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const inner = differs(expected[key], actual[key]);
      if (inner !== '') {
        return `${key}: ${inner}`;
      }
    }
  }
  const limits = { depth: 8, maxArrayLength: 20, maxStringLength: 200 };
  return `expected ${inspect(expected, limits)}, got ${inspect(actual, limits)}`;
}

const SETS = new Set(['words', 'ids', 'colors', 'places', 'paths']);

/** Without absent fields, sets in one order, maps as sorted entries: what equality means across languages. */
export function normal(value: unknown, key = ''): unknown {
  if (Buffer.isBuffer(value)) {
    return value.toString('hex');
  }
  if (value instanceof Map) {
    return [...value].map((entry) => normal(entry)).sort(byText);
  }
  if (Array.isArray(value)) {
    const list = value.map((element) => normal(element));
    return SETS.has(key) ? list.sort(byText) : list;
  }
  if (!isPlain(value)) {
    return value;
  }
  const present = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(present.map(([name, field]) => [name, normal(field, name)]));
}

function byText(a: unknown, b: unknown): number {
  return inspect(a) < inspect(b) ? -1 : 1;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
  );
}
