import { parseArgs } from 'node:util';
import { attacks } from './attacks/index.js';
import { compare } from './report/compare.js';
import { printResult, printSummary } from './report/print.js';
import { carryOutAll } from './arena/carry-out-all.js';
import type { Attack } from './arena/attack.js';

const HELP = `Usage: npm run attack -- [options]

Attacks servers and clients in processes of their own, with a heap of 512 MB, while a neighbour calls: its calls must all
succeed, and memory, sockets and timers must be what they were before.

  --only NAME    one attack, or all whose name begins so; may be given several times
  --list         names the attacks and what must hold of each
  --long         each attack five times in a row: what it leaves behind adds up
  --again        an attack that did not hold is carried out a second time, for machines that stall
  --json         writes the results as JSON
  --compare      carries out those that apply on npm thrift, Nest TCP and grpc-js too, and writes docs/reference/attacks.md

Exit code 1 when something did not hold.
`;

// Ends by `exit`, so that processes and network namespaces are removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

// Memory and sockets of a process are read from /proc.
if (process.platform !== 'linux') {
  console.error(`npm run attack needs Linux, this is ${process.platform}`);
  process.exit(1);
}
if (values.help) {
  process.stdout.write(HELP);
} else if (values.list) {
  for (const { name, kind, does, holds } of attacks) {
    console.log(`${kind.padEnd(4)} ${name}\n     ${does}\n     holds: ${holds}`);
  }
} else {
  await run(selected(values.only));
}

async function run(chosen: readonly Attack[]): Promise<void> {
  if (values.compare) {
    process.exitCode = (await compare(chosen, values.long)) ? 0 : 1;
    return;
  }
  const { long, again } = values;
  const results = await carryOutAll(chosen, { stack: 'nestjs-thrift', long, again }, (result) => {
    if (!values.json) {
      printResult(result);
    }
  });
  if (values.json) {
    console.log(JSON.stringify(results, undefined, 2));
  } else {
    printSummary(results);
  }
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

function selected(only: readonly string[] | undefined): readonly Attack[] {
  const chosen = attacks.filter(({ name }) => only?.some((word) => name.startsWith(word)) ?? true);
  if (chosen.length === 0) {
    throw new RangeError(`--only ${only?.join(', ')}: no such attack; see --list`);
  }
  return chosen;
}
