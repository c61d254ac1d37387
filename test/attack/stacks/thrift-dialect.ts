import { intMap, listOfZeros } from '../wire/collections.js';
import { BytePeer, type Request } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32 } from '../wire/thrift-bytes.js';
import { type Dialect, MISSING_BYTES } from './dialect.js';

function call(name: string, fieldType: number, content: Buffer): Request {
  return { bytes: framed(binaryMessage({ name }, fieldType, content)) };
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Framed and Binary, which every Thrift server takes. */
export const thriftDialect: Dialect = {
  open: (port) => BytePeer.open(port, readThriftAnswer),
  echo: (value) => call('echo', Type.STRING, text(value)),
  fill: (bytes) => call('fill', Type.I32, uint32(bytes)),
  hang: () => call('hang', Type.I32, uint32(0)),
  intMap: (keys) => call('intMap', Type.MAP, intMap(keys)),
  emptyElements: (count) => call('leaves', Type.LIST, listOfZeros(Type.STRUCT, count)),
  unknownMethod: (length) => call('x'.repeat(length), Type.I32, uint32(0)),
  unfinished: (bytes) => {
    const whole = call('take', Type.STRING, text('x'.repeat(bytes - MISSING_BYTES))).bytes;
    return { bytes: whole.subarray(0, -MISSING_BYTES) };
  },
};
