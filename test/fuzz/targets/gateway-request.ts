import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { WriteBuffer } from '@nestjs-thrift/codec/wire';
import { loadSchema } from '@nestjs-thrift/idl';
import { RequestBinder } from '../../../libs/gateway/src/binding/request-binder.js';
import { JsonSyntaxError, parseJson } from '../../../libs/gateway/src/json/parse-json.js';
import { UnsupportedMediaTypeError } from '../../../libs/gateway/src/request/request-body.js';
import { InvalidRequestError } from '../../../libs/gateway/src/values/binding-run.js';
import { ValueReaders } from '../../../libs/gateway/src/values/value-readers.js';
import { plainJson } from '../../../libs/gateway/test/plain-json.js';
import { type FuzzTarget, outcomeOf } from '../fuzz-target.js';

const schema = loadSchema(join(import.meta.dirname, '../../gateway/idl/gateway.thrift'));
const { methods } = compileSchema(schema).service('Gateway');
const options = {
  binary: 'base64',
  unknownFields: 'ignore',
  bodyFallback: true,
  i64: 'bigint',
} as const;
const readers = new ValueReaders(schema, options);
const NAMES = ['Query', 'PathSub', 'Body', 'Multi', 'Defaults', 'Headers', 'Raw', 'Form'];
const BINDERS = schema.files[schema.root]!.services.flatMap((service) => service.methods)
  .filter(({ name }) => NAMES.includes(name))
  .map((method) => ({
    name: method.name,
    binder: new RequestBinder(method, schema, readers, options),
  }));

/** Requests of the gateway: what is bound can be sent, and everything else is one of two errors. Bodies are compared with JSON.parse. */
export const gatewayRequest: FuzzTarget = {
  name: 'gateway-request',
  words: [
    '&',
    '=',
    ',',
    '%',
    '+',
    '%2C',
    '%ff',
    '[',
    '{"',
    '":',
    'null',
    '1e999',
    '"__proto__"',
    '--bb',
    '\r\n',
  ],
  async run(input) {
    const end = input.indexOf('\r\n\r\n');
    const head = input.toString('latin1', 0, end < 0 ? input.length : end);
    const body = end < 0 ? Buffer.alloc(0) : input.subarray(end + 4);
    const [line = '', ...lines] = head.split('\r\n');
    const [verb = 'GET', target = '/'] = line.split(' ');
    const rawHeaders = lines.flatMap((each) => {
      const colon = each.indexOf(':');
      return colon < 0 ? [] : [each.slice(0, colon), each.slice(colon + 1).trim()];
    });
    const type = rawHeaders.findIndex((name) => name.toLowerCase() === 'content-type');
    const request = {
      verb,
      target,
      rawHeaders,
      headers: type < 0 ? {} : { 'content-type': rawHeaders[type + 1] ?? '' },
      pathValue: () => target.split('/').at(-1),
    };
    for (const { name, binder } of BINDERS) {
      const args = await bound(() => binder.bind(request, body));
      const method = methods[name];
      if (args !== undefined && method?.kind === 'unary') {
        method.args.writeBinary(args, new WriteBuffer(64));
      }
    }
    compareWithNode(body.toString());
  },
};

/** The arguments; nothing for a request that is rejected as it must be. */
async function bound(
  bind: () => Record<string, unknown> | Promise<Record<string, unknown>>,
): Promise<Record<string, unknown> | undefined> {
  try {
    return await bind();
  } catch (error) {
    if (error instanceof InvalidRequestError || error instanceof UnsupportedMediaTypeError) {
      return undefined;
    }
    throw error;
  }
}

function compareWithNode(text: string): void {
  const { value } = outcomeOf(JsonSyntaxError, () => parseJson(text));
  if (value !== undefined) {
    deepStrictEqual(plainJson(value), JSON.parse(text));
  }
}
