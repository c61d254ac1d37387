import { cleanUp } from '#test/cleanup.js';
import { openScripted, type ReceivedCall } from './open-scripted.js';

export type { ReceivedCall } from './open-scripted.js';

/** Serves `gateway.thrift` and `bare.thrift` until the test ends; answers by the field `which`. @returns the address */
export async function serveScripted(received: (call: ReceivedCall) => void): Promise<string> {
  const server = await openScripted(received);
  cleanUp(() => server.close());
  return server.address;
}
