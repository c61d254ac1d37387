import type { StructCodec } from '../index.js';
import { applicationExceptionCodec } from '../wire/index.js';
import { requireProtocol, withoutBinary, withoutCompact } from './missing-protocol.js';

const complete: StructCodec = {
  name: 'Complete',
  writeBinary: () => undefined,
  readBinary: () => undefined,
  writeCompact: () => undefined,
  readCompact: () => undefined,
};
const binaryAlone: StructCodec = {
  ...complete,
  name: 'Some',
  writeCompact: withoutCompact,
  readCompact: withoutCompact,
};
const compactAlone: StructCodec = {
  ...complete,
  name: 'Some',
  writeBinary: withoutBinary,
  readBinary: withoutBinary,
};

describe('requireProtocol', () => {
  it.each([
    [complete, 'binary'],
    [complete, 'compact'],
    [applicationExceptionCodec as StructCodec, 'binary'],
    [binaryAlone, 'binary'],
    [compactAlone, 'compact'],
  ] as const)('is content with a codec that speaks the protocol', (codec, protocol) => {
    expect(() => requireProtocol(codec, protocol)).not.toThrow();
  });

  it.each([
    [binaryAlone, 'compact', 'Compact'],
    [compactAlone, 'binary', 'Binary'],
  ] as const)('names the struct, what it lacks and the way out', (codec, protocol, name) => {
    expect(() => requireProtocol(codec, protocol)).toThrow(
      expect.objectContaining({
        code: 'PROTOCOL_ERROR',
        reason: 'NOT_IMPLEMENTED',
        message: `Some: this code was generated without ${name}; generate it with --protocols binary,compact`,
      }),
    );
  });
});
