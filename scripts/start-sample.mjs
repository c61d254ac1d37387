// Runs the sample: two Thrift services and the HTTP gateway in front of them, until Ctrl-C or until one of them ends. On a terminal it shows
// what to try first and then a readable line per line of the log; elsewhere the lines stay JSON.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readableLine } from './readable-line.mjs';

const thriftPort = process.env.THRIFT_PORT ?? '8888';
const chatPort = process.env.CHAT_PORT ?? '8889';
const httpPort = process.env.PORT ?? '3000';
// Processes on one machine need one each.
const serviceAdminPort = process.env.ADMIN_PORT ?? '9090';
const gatewayAdminPort = process.env.GATEWAY_ADMIN_PORT ?? '9091';
const chatAdminPort = process.env.CHAT_ADMIN_PORT ?? '9092';
const base = `http://127.0.0.1:${httpPort}`;
const isTerminal = process.stdout.isTTY === true;
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
/** @type {string[] | undefined} lines of the log that wait for the banner */
let held = isTerminal ? [] : undefined;
let exitCode = 0;

/**
 * Starts an application; resolves when it is ready.
 *
 * @param {string} app
 * @param {NodeJS.ProcessEnv} env
 */
function start(app, env) {
  const child = spawn(process.execPath, ['--enable-source-maps', `apps/${app}/dist/main.js`], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      USER_SERVICE: `127.0.0.1:${thriftPort}`,
      CHAT_SERVICE: `127.0.0.1:${chatPort}`,
      ...process.env,
      THRIFT_PORT: thriftPort,
      PORT: httpPort,
      ...env,
    },
  });
  children.push(child);
  createInterface({ input: /** @type {any} */ (child.stdout) }).on('line', show);
  child.once('exit', (code) => {
    exitCode ||= code ?? 0;
    stop();
    if (children.every(hasEnded)) {
      process.exit(exitCode);
    }
  });
  return new Promise((resolve) => child.once('message', resolve));
}

/** @param {string} line */
function show(line) {
  const shown = isTerminal ? readableLine(line) : line;
  if (shown === undefined) {
    return;
  }
  if (held === undefined) {
    console.log(shown);
  } else {
    held.push(shown);
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null;
}

function stop() {
  for (const child of children) {
    if (!hasEnded(child)) {
      child.kill('SIGTERM');
    }
  }
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

await start('user-service', { ADMIN_PORT: serviceAdminPort });
await start('chat-service', { THRIFT_PORT: chatPort, ADMIN_PORT: chatAdminPort });
await start('gateway', { ADMIN_PORT: gatewayAdminPort });

console.log(`
The sample runs: UserService on port ${thriftPort}, ChatService on port ${chatPort}, the HTTP gateway in front of them on port ${httpPort}. Try:

  curl ${base}/users/1                       a user, fetched over Thrift
  curl ${base}/users/999                     a declared exception: 404
  curl ${base}/users/-1                      a business status: 400
  curl '${base}/users?page_size=2'           a page
  curl '${base}/users/batch?ids=1,2,3'       a map with 64-bit keys
  curl -N '${base}/chat/ask?question=Why?'   a stream; ${base}/chat shows it in a browser
  curl -X POST -H 'content-type: application/json' -d '{"action":"login"}' ${base}/users/1/actions

Probes and metrics, of the services and of the gateway:

  curl http://127.0.0.1:${serviceAdminPort}/ready       also /health and /metrics
  curl http://127.0.0.1:${chatAdminPort}/ready
  curl http://127.0.0.1:${gatewayAdminPort}/ready

Ctrl-C stops all.
`);
for (const line of held ?? []) {
  console.log(line);
}
held = undefined;
