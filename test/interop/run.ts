import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fewThreads } from './features/few-threads.js';
import { runCommandLine } from './features/command-line.js';
import { kitexCallsUs } from './features/kitex-calls-us.js';
import { httpGateways } from './features/http-gateway.js';
import { runNest } from './features/nest.js';
import { streamsWithKitex } from './features/streams.js';
import { weCallKitex } from './features/we-call-kitex.js';
import { type DefinitionForm, useDefinitions } from './ours/definitions.js';
import { startServing } from './ours/server.js';
import { GAPS, runMatrix } from './runner/matrix.js';
import { runMutants } from './runner/mutants.js';
import { kitexStreams } from './runner/kitex-peers.js';
import { kitexGateway, olderPeers, peers } from './runner/peers.js';
import type { BuiltPeer } from './runner/prepare.js';
import { installToolchains, prepare } from './runner/prepare.js';
import { writeReport } from './runner/report.js';
import { Results } from './runner/results.js';
import { replayHeaders } from './vectors/headers.js';
import { REPLY_DIFFERENCES, replayReplies } from './vectors/replies.js';
import { echoHandlers, replayRequests, REQUEST_DIFFERENCES } from './vectors/requests.js';

const { values: options } = parseArgs({
  options: {
    /** Installs missing packages of Debian first. */
    install: { type: 'boolean', default: false },
    /** Ends once the peers are built; the gate does this while its other steps run. */
    prepare: { type: 'boolean', default: false },
    /** Tries older versions too. */
    all: { type: 'boolean', default: false },
    /** Writes docs/reference/compatibility.md. */
    docs: { type: 'boolean', default: false },
    /** Tries only peers whose name contains this, or `replays`. */
    only: { type: 'string', multiple: true },
    /** Ends with the first failure. */
    'fail-fast': { type: 'boolean', default: false },
    /** Shows instead that ten deliberate faults are found. */
    mutants: { type: 'boolean', default: false },
  },
});

/** Peers whose matrix is not run on lean generated code, which is what everything else runs on. */
const FORMS: Readonly<Record<string, DefinitionForm>> = {
  'Apache Thrift, Go': 'static',
  'Apache Thrift, Java': 'run-time IDL',
};

/** Runs the matrix on definitions of one form. */
function runMatrixOf(form: DefinitionForm) {
  return async (peer: BuiltPeer, to: Results): Promise<void> => {
    useDefinitions(form);
    try {
      await runMatrix(peer, to);
    } finally {
      useDefinitions('lean');
    }
  };
}

const here = import.meta.dirname;
const chosen = (name: string): boolean =>
  options.only?.some((part) => name.toLowerCase().includes(part.toLowerCase())) ?? true;

if (options.install) {
  await installToolchains().catch((error: Error) => console.log(`not installed: ${error.message}`));
}
if (options.mutants) {
  process.exit(await runMutants());
}
const known = options.all ? [...peers, ...olderPeers] : peers;
const prepared = await prepare(known.filter(({ name }) => chosen(name)));
for (const { peer, reason } of prepared.missing) {
  console.log(`without ${peer.name}: ${reason}`);
}
if (options.prepare) {
  process.exit();
}

const results = new Results(options['fail-fast']);
if (chosen('replays')) {
  const server = await startServing({ Echo: echoHandlers });
  await replayRequests(server.port, results);
  await replayHeaders(server.port, results);
  await server.close();
  await replayReplies(results);
  console.log(`replays: ${results.passed} passed, ${results.failed} failed so far`);
}
for (const peer of prepared.built) {
  const stages =
    peer.name === kitexGateway.name
      ? [httpGateways]
      : peer.name === kitexStreams.name
        ? [streamsWithKitex]
        : [
            runMatrixOf(FORMS[peer.name] ?? 'lean'),
            runNest,
            ...(peer.isKitex ? [kitexCallsUs, weCallKitex] : []),
            ...(peer.hasThreads ? [fewThreads] : []),
            runCommandLine,
          ];
  for (const stage of stages) {
    // A peer that does not even start is a failure like any other; the rest is tried nevertheless.
    await stage(peer, results).catch((error: Error) => results.addFault(peer.name, error));
  }
  console.log(`${peer.name}: ${results.passed} passed, ${results.failed} failed so far`);
}

await mkdir(path.join(here, '.cache'), { recursive: true });
await writeFile(path.join(here, '.cache/results.json'), JSON.stringify(results.all, null, 2));
if (options.docs) {
  const differences = [
    ...Object.entries(REQUEST_DIFFERENCES).map(([what, { why }]) => ({
      what: `serving: ${what}`,
      why,
    })),
    ...REPLY_DIFFERENCES.map(({ what, why }) => ({ what: `calling: ${what}`, why })),
  ];
  const file = path.resolve(here, '../../docs/reference/compatibility.md');
  await writeReport(file, results.all, prepared, { gaps: GAPS, differences });
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 && results.passed > 0 ? 0 : 1;
