import { setTimeout } from 'node:timers/promises';
import { BizStatusError, RemoteError } from '@nestjs-thrift/transport';
import * as wire from './thrift-bytes.js';

const BIG = 9_007_199_254_740_993n;
const item = (id: bigint) =>
  wire.struct(
    wire.i64(1, id),
    wire.string(2, 'n'),
    wire.i64(3, BIG),
    wire.list(15, 4, 10, wire.u64(1n), wire.u64(2n)),
    wire.string(5, 're'),
    wire.string(6, 'fh'),
    wire.string(8, 'tg'),
    wire.string(9, 'secret'),
    wire.i32(10, 404),
  );
const success = (...fields: readonly Buffer[]) => wire.struct(wire.nested(0, ...fields));

/** Results of `Out` by the `which` of the request. */
const OUT: Readonly<Record<string, Buffer>> = {
  empty: success(),
  code: success(wire.i32(1, 201), wire.i32(18, 1)),
  code99: success(wire.i32(1, 99), wire.i32(18, 1)),
  code1000: success(wire.i32(1, 1000), wire.i32(18, 1)),
  code204: success(wire.i32(1, 204), wire.i32(18, 1)),
  heads: success(
    wire.string(2, 'h'),
    wire.i64(3, BIG),
    wire.string(4, 'cook'),
    wire.string(5, 'hid'),
    wire.list(15, 20, 10, wire.u64(1n), wire.u64(2n)),
    wire.string(19, 'qq'),
  ),
  types: success(
    wire.string(6, 'ren'),
    wire.i64(7, BIG),
    wire.i64(8, BIG),
    wire.list(15, 9, 10, wire.u64(1n), wire.u64(BIG)),
    wire.map(10, 11, 10, wire.str('k'), wire.u64(BIG)),
    wire.string(11, Buffer.from([0xff, 0x00, 0x41])),
    wire.double(12, 1.5),
    wire.i32(13, 2),
    wire.list(14, 14, 11, wire.str('t1'), wire.str('t2')),
    wire.map(15, 10, 11, wire.u64(-5n), wire.str('five')),
    wire.field(12, 16, item(1n)),
    wire.bool(21, true),
    wire.string(22, 'tg'),
    wire.map(23, 2, 11, Buffer.from([1]), wire.str('y')),
  ),
  nan: success(wire.double(12, Number.NaN)),
  whole: success(wire.double(12, 3)),
  unknown: success(wire.string(99, 'new'), wire.i32(18, 4)),
  wrongtype: success(wire.string(7, 'text for an i64')),
  badenum: success(wire.i32(13, 77)),
  baseresp: success(wire.nested(255, wire.string(1, 'bad'), wire.i32(2, 7))),
  sparse: success(wire.nested(16)),
  nested: success(
    wire.field(12, 16, item(1n)),
    wire.map(
      29,
      11,
      12,
      wire.str('k'),
      wire.struct(wire.i64(1, 2n), wire.string(9, 'secret'), wire.i32(10, 404)),
    ),
  ),
  headtypes: success(
    wire.bool(25, true),
    wire.double(26, 1.5),
    wire.list(15, 27, 11, wire.str('a,b'), wire.str('c')),
    wire.nested(28, wire.i64(1, 5n)),
  ),
  headbreak: success(wire.string(2, 'a\r\nX-Evil: 1')),
  cookiebreak: success(wire.string(4, 'a; Domain=evil.example')),
  raw: success(wire.string(24, 'raw-bytes'), wire.string(6, 'r')),
  html: success(wire.string(6, '<b>&\u2028"</b>')),
};
const OTHERWISE = success(wire.i32(18, 9));

/** The result struct of a method for a `which`; throws for a separate answer. */
export async function scriptedReply(method: string, which: string): Promise<Buffer> {
  switch (which) {
    case 'biz':
      throw new BizStatusError(4004, 'not here', { k: 'v' });
    case 'bizempty':
      throw new BizStatusError(4004, '');
    case 'error':
    case 'panic':
      throw new RemoteError(6, 'handler failed at 10.0.0.7:8888');
    case 'slow':
      await setTimeout(4_000, undefined, { ref: false });
      return OTHERWISE;
    case 'nores':
      return wire.struct();
  }
  switch (method) {
    case 'Need':
      return which === 'ok' ? success(wire.string(1, 'here')) : success(wire.string(2, 'other'));
    case 'Fails':
      return wire.struct(wire.nested(1, wire.i32(1, 7), wire.string(2, 'no')));
    case 'FailsCoded':
      return which === 'failure'
        ? wire.struct(wire.nested(2, wire.i32(1, 8), wire.string(2, 'second')))
        : wire.struct(
            wire.nested(1, wire.i32(1, 409), wire.string(2, 'conflict'), wire.string(3, 't-1')),
          );
    case 'Str':
    case 'Scalar':
    case 'TwoArgs':
      return wire.struct(wire.string(0, 'hi'));
    case 'Num':
      return wire.struct(wire.i64(0, 42n));
    case 'Items':
      return wire.struct(wire.list(15, 0, 11, wire.str('a'), wire.str('b')));
    case 'Nothing':
    case 'Fire':
      return wire.struct();
    case 'Out':
      return OUT[which] ?? OTHERWISE;
    default:
      return OTHERWISE;
  }
}
