// Runs the sample: the Thrift service and the HTTP gateway in front of it, until Ctrl-C or until one of them ends.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';

const thriftPort = process.env.THRIFT_PORT ?? '8888';
const httpPort = process.env.PORT ?? '3000';
// Two processes on one machine need two of them.
const serviceAdminPort = process.env.ADMIN_PORT ?? '9090';
const gatewayAdminPort = process.env.GATEWAY_ADMIN_PORT ?? '9091';
const base = `http://127.0.0.1:${httpPort}`;
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
let exitCode = 0;

/**
 * @param {string} app
 * @param {NodeJS.ProcessEnv} env
 */
function start(app, env) {
  const child = spawn(process.execPath, ['--enable-source-maps', `apps/${app}/dist/main.js`], {
    stdio: 'inherit',
    env: {
      USER_SERVICE: `127.0.0.1:${thriftPort}`,
      ...process.env,
      THRIFT_PORT: thriftPort,
      PORT: httpPort,
      ...env,
    },
  });
  children.push(child);
  child.once('exit', (code) => {
    exitCode ||= code ?? 0;
    stop();
    if (children.every(hasEnded)) {
      process.exit(exitCode);
    }
  });
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

/**
 * Resolves when the port accepts a connection; rejects after 20 seconds.
 *
 * @param {string} port
 */
async function listening(port) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const connected = await new Promise((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false)).once('close', () => socket.destroy());
      socket.once('connect', () => socket.destroy());
    });
    if (connected) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`port ${port} accepts no connection after 20 seconds`);
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

start('user-service', { ADMIN_PORT: serviceAdminPort });
await listening(thriftPort);
start('gateway', { ADMIN_PORT: gatewayAdminPort });
await listening(httpPort);

console.log(`
The sample runs: UserService on port ${thriftPort}, the HTTP gateway in front of it on port ${httpPort}. Try:

  curl ${base}/users/1                       a user, read over Thrift
  curl ${base}/users/999                     a declared exception: 404
  curl ${base}/users/-1                      a business status: 400
  curl '${base}/users?page_size=2'           a page
  curl '${base}/users/batch?ids=1,2,3'       a map with 64-bit keys
  curl -X POST -H 'content-type: application/json' -d '{"action":"login"}' ${base}/users/1/actions

Probes and metrics, of the service and of the gateway:

  curl http://127.0.0.1:${serviceAdminPort}/ready       also /health and /metrics
  curl http://127.0.0.1:${gatewayAdminPort}/ready

Ctrl-C stops both.`);
