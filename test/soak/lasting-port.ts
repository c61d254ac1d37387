import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the system gives to callers, which would take that of a server while it is down. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** A port that is free and stays so for a server that is killed and started again. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
