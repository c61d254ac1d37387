import { parseArgs } from 'node:util';
import { type SoakState, soak } from './soak.js';
import { verdictsOn } from './verdict.js';

const HELP = `Usage: npm run soak -- [options]

Calls three servers over pooled and multiplexed connections while two of them are killed and started again, slow readers
and senders of garbage visit the third, and the governance file changes; then looks for what was lost or left behind.

  --minutes N    how long, 0.25 or more, a third of it to warm up. Default 1

Exit code 1 when something was lost or left behind.
`;

const MIN_MINUTES = 0.25;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  await run(Number(values.minutes));
}

async function run(minutes: number): Promise<void> {
  if (!(minutes >= MIN_MINUTES)) {
    throw new RangeError(`--minutes must be ${MIN_MINUTES} or more, got ${values.minutes}`);
  }
  const startedAt = performance.now();
  const result = await soak(minutes * 60_000, (state) =>
    show(state, performance.now() - startedAt),
  );
  if (process.stderr.isTTY) {
    process.stderr.write('\r\x1b[K');
  }
  const verdicts = verdictsOn(result);
  for (const { name, seen, passed } of verdicts) {
    console.log(`${passed ? 'ok  ' : 'FAIL'}  ${name}: ${seen.replaceAll('\n', '\n        ')}`);
  }
  const failed = verdicts.filter(({ passed }) => !passed).length;
  console.log(`${verdicts.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function show({ tally, kills, visits, reloads }: SoakState, elapsedMs: number): void {
  const { succeeded, cut, wrong, unsettled } = tally;
  const text = `${Math.round(elapsedMs / 1000)} s: ${succeeded} calls, ${cut} cut off, ${wrong} wrong, ${unsettled} in flight, ${kills} kills, ${visits} hostile visits, ${reloads} reloads`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}
