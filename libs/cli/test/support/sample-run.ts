import { Measurements } from '../../src/commands/bench/measurements.js';
import type { RunReport } from '../../src/commands/bench/run-report.js';

/** The report of a run with `seconds` of calls whose latency rises and falls, some of them failed. */
export function sampleRun(seconds: number, change: Partial<RunReport> = {}): RunReport {
  const measurements = new Measurements();
  for (let call = 0; call < seconds * 40; call += 1) {
    const latency = 4 + 3 * Math.sin(call / 90) + (call % 40 === 0 ? 30 : (call * 7919) % 13) / 4;
    measurements.add(latency, call * 25, undefined);
    if (call % 97 === 0) {
      measurements.add(500, call * 25, { name: 'RPC_TIMEOUT', message: 'RPC_TIMEOUT: no <reply>' });
    }
  }
  const load = { due: seconds * 42, made: seconds * 41 };
  const periodMs = seconds * 1000;
  return {
    target: { address: '127.0.0.1:8888', method: 'UserService.GetUser' },
    startedAt: '2026-01-02T03:04:05.000Z',
    ...measurements.summary({ interrupted: false, periodMs, load }),
    assertions: [
      { text: 'p99<50ms', met: true, measured: 12.3, unit: 'ms' },
      { text: 'errors<1%', met: false, measured: 1.02, unit: '%' },
    ],
    options: { transport: 'TTHeaderFramed', concurrency: 100, ratePerSecond: 40 },
    payload: '{"user_id": "<1>"}',
    host: { platform: 'linux', cpu: 'A processor', cores: 2, memoryBytes: 2 ** 33 },
    versions: { 'nestjs-thrift': '0.1.0', node: 'v24.0.0' },
    ...change,
  };
}
