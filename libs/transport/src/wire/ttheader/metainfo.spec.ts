import { jest } from '@jest/globals';
import { WriteBuffer } from '@nestjs-thrift/codec/wire';
import { BizStatusError } from '../../errors/errors.js';
import { bizStatusStrings, readBizStatus } from './biz-status.js';
import { FrameWriter } from '../framing/frame-writer.js';
import { FRAMINGS } from '../framing/framing.js';
import { HeaderInfo } from './header-info.js';
import { HeaderTemplate, writeStringSections } from './header-sections.js';
import { addPrefixed, readPersistent, readTransient } from './metainfo.js';

/** A header's info as its receiver sees it. */
function received(strings: Iterable<readonly [string, string]>): HeaderInfo {
  const { bytes } = new HeaderTemplate({ strings: new Map(strings) });
  const info = Buffer.concat([Buffer.of(0, 0), bytes]);
  return HeaderInfo.ofTTHeader(info, 0, info.length);
}

describe('HeaderInfo', () => {
  it('rejects more keys that begin with a digit than metadata has, which peers can make collide', () => {
    const keys = (count: number) =>
      Array.from({ length: count }, (_, key) => [`${key}`, 'v'] as const);
    expect(received(keys(1024)).strings().size).toBe(1024);
    expect(() => received(keys(1025))).toThrow(
      'the header has 1025 string keys that begin with a digit, at most 1024 are accepted',
    );
  });
});

describe('metainfo', () => {
  it('crosses the wire with a prefix and without empty keys and values', () => {
    const strings = new Map<string, string>();
    addPrefixed(
      strings,
      'RPC_TRANSIT_',
      Object.entries({ k: 'v', empty: '', '': 'x', schlüssel: 'ü' }),
    );
    addPrefixed(strings, 'RPC_PERSIST_', new Map([['p', 'q']]));
    expect(Object.fromEntries(strings)).toEqual({
      RPC_TRANSIT_k: 'v',
      RPC_TRANSIT_schlüssel: 'ü',
      RPC_PERSIST_p: 'q',
    });
    const info = received(strings);
    expect(Object.fromEntries(readTransient(info))).toEqual({ k: 'v', schlüssel: 'ü' });
    expect(Object.fromEntries(readPersistent(info))).toEqual({ p: 'q' });
  });

  it('leaves out values of the hop before, empty ones, and other strings', () => {
    const info = received([
      ['RPC_TRANSIT_UPSTREAM_old', 'x'],
      ['RPC_TRANSIT_', 'x'],
      ['RPC_TRANSIT_empty', ''],
      ['isn', 'Echo'],
      ['rpc_transit_k', 'x'],
    ]);
    expect(readTransient(info).size).toBe(0);
    expect(readPersistent(info).size).toBe(0);
    expect(readTransient(undefined).size).toBe(0);
  });

  it('carries the access token as the transient value it is', () => {
    const strings = new Map<string, string>();
    addPrefixed(strings, 'RPC_TRANSIT_', [['gdpr-token', 'secret']]);
    const { bytes } = new HeaderTemplate({ strings });
    expect(Buffer.from(bytes).toString('hex')).toBe('110006736563726574');
    expect(readTransient(received(strings)).get('gdpr-token')).toBe('secret');
  });
});

describe('business status in a header', () => {
  it.each([
    new BizStatusError(404, 'not found', { k: '1<2&"é' }),
    new BizStatusError(-7, ''),
    new BizStatusError(2 ** 31 - 1, 'größer'),
    new BizStatusError(-(2 ** 31), 'x'),
  ])('comes back as it was', (error) => {
    const { strings, loss } = bizStatusStrings(error, undefined);
    expect(loss).toBeUndefined();
    const back = readBizStatus(received(strings))!;
    expect([back.statusCode, back.message, back.extra]).toEqual([
      error.statusCode,
      error.message,
      error.extra,
    ]);
  });

  it('is read as Kitex writes it, with HTML characters escaped', () => {
    const info = received([
      ['biz-status', '404'],
      ['biz-message', 'not found'],
      ['biz-extra', '{"k":"1\\u003c2\\u0026\\"é"}'],
    ]);
    expect(readBizStatus(info)!.extra).toEqual({ k: '1<2&"é' });
  });

  it.each(['0', '', 'abc', '0x10', '1.5', '2147483648', '99999999999', ' 5'])(
    'is none when the status is %p',
    (status) => {
      expect(readBizStatus(received([['biz-status', status]]))).toBeUndefined();
    },
  );

  it('is none without a status', () => {
    expect(readBizStatus(received([['biz-message', 'x']]))).toBeUndefined();
  });

  it('is reported, once, where its details are left out', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    for (const extra of ['{"k":"v"}', '', '{', '[]']) {
      readBizStatus(
        received([
          ['biz-status', '5'],
          ['biz-extra', extra],
        ]),
      );
    }
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('(biz-extra) are not a JSON object'), { code: 'THRIFT_BIZ_EXTRA' }],
    ]);
    warn.mockRestore();
  });

  it.each(['', '{', '[]', 'null', '"x"', '{"k":1}', '{"k":null}'])(
    'stays without its details when those are %p',
    (extra) => {
      const error = readBizStatus(
        received([
          ['biz-status', '5'],
          ['biz-extra', extra],
        ]),
      )!;
      expect([error.statusCode, error.message, error.extra]).toEqual([5, '', {}]);
    },
  );

  it.each([0, 1.5, 2 ** 31, NaN])('cannot be made with the code %p', (code) => {
    expect(() => new BizStatusError(code, 'x')).toThrow('32-bit integer other than 0');
  });

  it('pollutes nothing', () => {
    const extra = '{"__proto__":"x","constructor":"y"}';
    const error = readBizStatus(
      received([
        ['biz-status', '5'],
        ['biz-extra', extra],
      ]),
    )!;
    expect(Object.entries(error.extra)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('HeaderTemplate', () => {
  it('refuses a value over 65,535 bytes and takes one of that size', () => {
    const largest = 'x'.repeat(65_535);
    expect(received([['k', largest]]).string('k')).toBe(largest);
    expect(() => new HeaderTemplate({ strings: new Map([['k', `${largest}x`]]) })).toThrow(
      'at most 65535',
    );
  });
});

describe('FrameWriter', () => {
  it('refuses more metadata than peers of every age can read', () => {
    const out = new WriteBuffer();
    const frame = new FrameWriter();
    const write = (bytes: number): void => {
      out.position = 0;
      frame.begin(out, FRAMINGS.TTHeader);
      frame.beginHeader(out, 1, 0, undefined);
      // Two bytes in front, three of the section, and two lengths next to the one byte of the key.
      writeStringSections(out, new Map([['k', 'x'.repeat(bytes - 10)]]));
      frame.endHeader(out);
    };
    expect(() => write(65_532)).not.toThrow();
    expect(() => write(65_533)).toThrow('at most 65532 can be sent');
  });
});
