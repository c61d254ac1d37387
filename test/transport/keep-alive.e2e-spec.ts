import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { callEcho, serveEcho } from '#test/echo-peers.js';

const SOCKETS = '/proc/net/tcp';
/** Timers in the table of the kernel, in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const KEEP_ALIVE_TIMER = '02';

const namespaces = spawnSync('unshare', ['-rn', 'ip', 'link']).status === 0;
const describeInNamespace = namespaces ? describe : describe.skip;

/** Seconds until the kernel probes the idle connection to a port; `undefined` if it does not. */
function secondsToProbe(port: number): number | undefined {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of readFileSync(SOCKETS, 'utf8').split('\n').slice(1)) {
    const [, , peer = '', , , timer = ''] = line.trim().split(/\s+/);
    const [kind, expires = ''] = timer.split(':');
    if (peer.endsWith(remote) && kind === KEEP_ALIVE_TIMER) {
      return Number.parseInt(expires, 16) / TICKS_PER_SECOND;
    }
  }
  return undefined;
}

(process.platform === 'linux' ? describe : describe.skip)('keepAliveMs of a client', () => {
  it.each([
    [500, 1],
    [5_000, 5],
    [undefined, 60],
  ])('of %s lets the kernel probe idle connections after %i s', async (keepAliveMs, seconds) => {
    const { address } = await serveEcho({}, { keepAliveMs: 0 });
    const options = keepAliveMs === undefined ? {} : { keepAliveMs };
    const { echo } = callEcho(address, { connection: { mode: 'mux' }, ...options });
    await echo.echo('x');
    const left = secondsToProbe(Number(address.split(':')[1]));
    expect(left).toBeGreaterThan(seconds / 2 - 1);
    expect(left).toBeLessThanOrEqual(seconds + 1);
  });

  it('of 0 turns the probes off', async () => {
    const { address } = await serveEcho({}, { keepAliveMs: 0 });
    const { echo } = callEcho(address, { connection: { mode: 'mux' }, keepAliveMs: 0 });
    await echo.echo('x');
    expect(secondsToProbe(Number(address.split(':')[1]))).toBeUndefined();
  });
});

describeInNamespace('an idle multiplexed connection', () => {
  it('closes when its peer vanished', async () => {
    const program = ['scripts/run-from-sources.mjs', 'test/transport/vanished-peer.program.ts'];
    const argv = ['-rn', process.execPath, ...program];
    // One second, and ten probes one second apart.
    const { stdout } = await promisify(execFile)('unshare', argv, { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({ code: 'ETIMEDOUT' });
  }, 70_000);
});
