import { execFileSync } from 'node:child_process';

/** What a terminal shows of lines of a log. */
function shown(...lines: string[]): string[] {
  const program = `import { readableLine } from './scripts/readable-line.mjs';
    for (const line of ${JSON.stringify(lines)}) console.log(readableLine(line) ?? 'nothing');`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return output.trimEnd().split('\n');
}

const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
const line = (fields: object) => JSON.stringify({ level: 30, time, ...fields });

describe('readableLine', () => {
  it('shows time, level, context, message and request id', () => {
    const call = { context: 'ThriftCall', message: 'Users.GetUser success', requestId: 'r-1' };
    expect(shown(line(call), line({ level: 50, context: 'X', message: 'no' }))).toEqual([
      '03:04:05 INFO  [ThriftCall] Users.GetUser success requestId=r-1',
      '03:04:05 ERROR [X] no',
    ]);
  });

  it('shows an HTTP request with its status and duration', () => {
    const http = { req: { id: 'r-1', method: 'GET', url: '/users/1' }, res: { statusCode: 200 } };
    expect(shown(line({ ...http, responseTime: 7, message: 'request completed' }))).toEqual([
      '03:04:05 INFO  [HTTP] GET /users/1 200 in 7 ms requestId=r-1',
    ]);
  });

  it('leaves out the lines of the start of Nest, and keeps what is not JSON', () => {
    const start = line({
      context: 'InstanceLoader',
      message: 'AppModule dependencies initialized',
    });
    expect(shown(start, 'a plain line', '{ broken')).toEqual([
      'nothing',
      'a plain line',
      '{ broken',
    ]);
  });
});
