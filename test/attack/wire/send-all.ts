import { Broken } from '../arena/attack.js';
import type { Peer, Request } from './peer.js';

/** Requests on their way at once, so that not every one waits for the reply before. */
const BATCH = 50;

/**
 * Sends a request many times on one connection, with a few on their way at once.
 *
 * @throws Broken when one of them is not answered with a result.
 */
export async function sendAll(peer: Peer, request: Request, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += BATCH) {
    const batch = Math.min(BATCH, count - sent);
    for (let index = 0; index < batch; index++) {
      peer.send(request);
    }
    for (let index = 0; index < batch; index++) {
      const { kind, text } = await peer.answer();
      if (kind !== 'result') {
        throw new Broken(`a request was not served: ${text || kind}`);
      }
    }
  }
}
