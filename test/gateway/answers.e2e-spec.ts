import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '#test/until.js';
import { ADAPTERS, type HttpAnswer, IDL, sendRaw, startGateway } from './support/gateway-app.js';
import { get, requestFor } from './support/response-requests.js';
import { type ReceivedCall, serveScripted } from './support/scripted-service.js';
import { sorted } from './support/sorted.js';

interface Expected {
  readonly name: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly args?: Record<string, unknown>;
}

const EXPECTED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'expected-responses.json'), 'utf8'),
) as Expected[];

describe.each(ADAPTERS)('answers of the table under %s', (adapter) => {
  async function gateway(options = {}) {
    const calls: ReceivedCall[] = [];
    const endpoint = await serveScripted((call) => calls.push(call));
    const client = {
      endpoints: [endpoint],
      attemptTimeoutMs: 1_500,
      transport: 'TTHeaderFramed',
    } as const;
    const bare = await startGateway({
      adapter,
      endpoint,
      options: {
        idl: { path: join(IDL, 'bare.thrift') },
        services: [{ service: 'Bare', ...client }],
      },
    });
    // The last application has the log of Nest.
    const { port, logger } = await startGateway({ adapter, endpoint, options });
    const send = (name: string): Promise<HttpAnswer> =>
      sendRaw(name.startsWith('bare/') ? bare.port : port, requestFor(name));
    return { send, port, logger, calls };
  }

  it('are as expected: status and headers exactly, bodies as JSON', async () => {
    const { send } = await gateway();
    const failures: unknown[] = [];
    for (const { name, status, headers = {}, body } of EXPECTED) {
      const answer = await send(name);
      const sent = Object.fromEntries(
        Object.keys(headers).map((header) => [header, answer.headers[header]]),
      );
      const got = { status: answer.status, headers: sent, body: parsed(answer.body) };
      const wanted = { status, headers, body: parsed(body) };
      if (JSON.stringify(sorted(got)) !== JSON.stringify(sorted(wanted))) {
        failures.push({ name, got, wanted });
      }
    }
    expect(failures).toEqual([]);
  }, 60_000);

  it('have the keys of bodies in the order of the IDL, and every digit', async () => {
    const { send } = await gateway();
    const { body, headers } = await send('out/types');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toBe(
      '{"renamed_key":"ren","big":9007199254740993,"js":"9007199254740993",' +
        '"jsl":["1","9007199254740993"],"jsm":{"k":"9007199254740993"},"blob":"/wBB","ratio":1.5,"color":2,' +
        '"tags":["t1","t2"],"ints":{"-5":"five"},"item":{"id":1,"name":"n","big":"9007199254740993","nums":[1,2],' +
        '"renamed":"re","fromHeader":"fh","size":7,"tag_name":"tg","code":404},"size":20,"count":3,"yes":true,' +
        '"tag_key":"tg","bools":{"true":"y"}}',
    );
  });

  it('set headers and cookies, and nothing that a value smuggles in', async () => {
    const { send, logger } = await gateway({
      cookies: { jar: { httpOnly: true, sameSite: 'lax' } },
    });
    const { headers, body } = await send('out/heads');
    expect(headers).toMatchObject({
      'x-head': 'h',
      'x-num': '9007199254740993',
      'x-list': '1,2',
      'set-cookie': 'jar=cook; Path=/; HttpOnly; SameSite=Lax',
    });
    expect(JSON.parse(body)).toEqual({ size: 20, count: 3, query: 'qq' });

    const broken = await send('out/headbreak');
    expect(broken.headers).not.toHaveProperty('x-evil');
    expect(broken.headers).not.toHaveProperty('x-head');
    const cookie = await send('out/cookiebreak');
    expect(cookie.headers).not.toHaveProperty('set-cookie');
    expect(logger.warnings.join('\n')).toContain('the header X-Head was left out');
  });

  it('have an i64 as text for browsers', async () => {
    const { send } = await gateway({ i64: 'string' });
    const { body, headers } = await send('out/types');
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toMatchObject({
      big: '9007199254740993',
      item: { id: '1', nums: ['1', '2'] },
    });
  });

  it('have NaN as text, unknown numbers of enums as they are, and nested fields without mapping', async () => {
    const { send } = await gateway();
    expect(JSON.parse((await send('out/nan')).body)).toMatchObject({ ratio: 'NaN' });
    expect(JSON.parse((await send('out/badenum')).body)).toMatchObject({ color: 77 });
    expect((await send('out/nested')).status).toBe(200);
    expect((await send('out/nested')).body).not.toContain('secret');
  });

  it('fail for results with a bad base response, if the gateway is configured so', async () => {
    const { send } = await gateway({ baseResp: { nonZero: 500 } });
    expect((await send('out/baseresp')).status).toBe(500);
    expect((await send('out/whole')).status).toBe(200);
  });

  it('are problem details, if the gateway is configured so', async () => {
    const { send, port } = await gateway({ problemDetails: true });
    const declared = await send('fails/declared');
    expect(declared.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(declared.body)).toEqual({
      type: 'about:blank',
      title: 'Failure',
      status: 422,
      detail: 'no',
      message: 'no',
      code: 7,
    });
    const invalid = await sendRaw(port, get('/q?mid=x'));
    expect(invalid.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(invalid.body)).toMatchObject({
      status: 400,
      violations: { 'query mid': 'i32 expected' },
    });
  });

  it('tell a stranger nothing about the inside', async () => {
    const { send, logger } = await gateway();
    const { status, body } = await send('out/error');
    expect(status).toBe(502);
    expect(body).not.toContain('10.0.0.7');
    expect(logger.errors.join('\n')).toContain('10.0.0.7');
  });

  it('cancel the call of a caller that leaves', async () => {
    const { port, calls } = await gateway();
    const { connect } = await import('node:net');
    const socket = connect(port, '127.0.0.1', () => socket.write(get('/out?which=slow')));
    await until(() => calls.length > 0);
    const { call } = calls[0]!;
    socket.destroy();
    await until(() => call.signal.aborted);
  });
});

function parsed(body: string): unknown {
  try {
    // Digits beyond 2^53 would be compared as rounded.
    return JSON.parse(body.replaceAll(/(?<=[:[,])\d{16,}/g, '"$&"'));
  } catch {
    return body;
  }
}
