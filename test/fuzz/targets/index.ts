import type { FuzzTarget } from '../fuzz-target.js';
import { calledStreams } from './called-streams.js';
import { gatewayRequest } from './gateway-request.js';
import { gatewaySocket } from './gateway-socket.js';
import { idl } from './idl.js';
import { messageReader } from './message-reader.js';
import { scanner } from './scanner.js';
import { servedStreams } from './served-streams.js';
import { serverConnection } from './server-connection.js';
import { binaryStruct, compactStruct } from './structs.js';
import { ttHeader } from './tt-header.js';

/** Everything that is fuzzed. */
export const targets: readonly FuzzTarget[] = [
  messageReader,
  serverConnection,
  servedStreams,
  calledStreams,
  ttHeader,
  scanner,
  binaryStruct,
  compactStruct,
  idl,
  gatewayRequest,
  gatewaySocket,
];

/** @throws TypeError that names the targets there are, for another name. */
export function targetOf(name: string): FuzzTarget {
  const target = targets.find((each) => each.name === name);
  if (target !== undefined) {
    return target;
  }
  const known = targets.map((each) => each.name).join(', ');
  throw new TypeError(`there is no fuzz target ${name}; there are ${known}`);
}
