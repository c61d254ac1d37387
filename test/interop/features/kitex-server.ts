import { startServer, type RunningServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';

/** Records one case of a feature. */
export type Attempt = (
  feature: string,
  name: string,
  action: () => Promise<string>,
) => Promise<void>;

/** Starts a Kitex server, with options. */
export function serveKitex(peer: BuiltPeer, ...options: string[]): Promise<RunningServer> {
  const [file, ...args] = peer.command(peer.folder);
  return startServer([file, ...args, 'server', '127.0.0.1:0', ...options]);
}

/** How a call ended: its error code, or its result in words. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => `resolved with ${String(value)}`,
    (error: Error & { code?: unknown }) => error.code ?? error.message,
  );
}
