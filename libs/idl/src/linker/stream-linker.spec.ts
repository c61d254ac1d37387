import { findService } from '../schema/queries.js';
import { loadSchemaFromText } from '../loader/load-schema.js';

const TYPES =
  'struct Req {} struct Res {} union Any { 1: Req req } exception Oops {} typedef Req Alias';

function methods(text: string) {
  const schema = loadSchemaFromText(`${TYPES} service Chat { ${text} }`, { file: 'chat.thrift' });
  return findService(schema, { file: 'chat.thrift', name: 'Chat' }).methods;
}

function faults(text: string): string {
  try {
    methods(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('streaming.mode of a method', () => {
  it.each([
    ['client', 'client'],
    ['server', 'server'],
    ['bidirectional', 'bidi'],
    ['unary', undefined],
  ])('%s makes it one of kind %s', (mode, stream) => {
    const [method] = methods(`Res f(1: Req req) (streaming.mode="${mode}")`);
    expect(method?.stream).toBe(stream);
  });

  it.each([
    'Oops f(1: Any req) (streaming.mode="server")',
    'Res f(5: Alias req) (streaming.mode="client")',
    'Res f(1: Req req) throws (1: Oops e) (streaming.mode="server")',
    'void f(1: i32 a) (streaming.mode="unary")',
  ])('is accepted for %s', (text) => {
    expect(faults(text)).toBe('');
  });

  it.each([
    ['Res f(1: Req req) (streaming.mode="Server")', 'did you mean "server"?'],
    ['Res f(1: Req req) (streaming.mode="bidi")', 'did you mean "bidirectional"?'],
    ['Res f(1: Req req) (streaming.mode="")', 'use client, server, bidirectional, unary'],
    ['Res f(1: Req req) (streaming.mode="server", streaming.mode="client")', '2 times; keep one'],
    ['Res f() (streaming.mode="server")', 'takes 0 arguments; it needs one'],
    ['Res f(1: Req a, 2: Req b) (streaming.mode="client")', 'takes 2 arguments; it needs one'],
    ['Res f(1: Req a, 2: Req b) (streaming.mode="unary")', 'takes 2 arguments; it needs one'],
    ['void f(1: Req req) (streaming.mode="server")', 'returns void; messages'],
    ['oneway void f(1: Req req) (streaming.mode="client")', 'is oneway, and a stream needs an end'],
    ['Res f(1: string req) (streaming.mode="server")', 'takes a string; messages'],
    ['Res f(1: list<Req> req) (streaming.mode="server")', 'takes a list; messages'],
    ['i64 f(1: Req req) (streaming.mode="bidirectional")', 'returns an i64; messages'],
    ['list<Res> f(1: Req req) (streaming.mode="server")', 'returns a list; messages'],
  ])('is refused with its place for %s', (text, message) => {
    const error = faults(text);
    expect(error).toContain(message);
    expect(error).toContain('^');
  });

  it('is not blamed for a type that is unknown', () => {
    const error = faults('Gone f(1: Lost req) (streaming.mode="server")');
    expect(error).toContain('unknown type "Gone"');
    expect(error).not.toContain('streaming method');
  });
});
