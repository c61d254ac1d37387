import type { PayloadName } from '../payloads.js';

/** How a client reaches the server: calls share one connection, or each caller has its own. */
export type ConnectionKind = 'shared' | 'pooled';

/** A running server of a peer. */
export interface PeerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A connected client of a peer; each call echoes one payload. */
export interface PeerClient {
  /** Calls once and throws unless what came back is what was sent. */
  verify(payload: PayloadName): Promise<void>;
  call(payload: PayloadName): Promise<unknown>;
  close(): Promise<void>;
}

/** One of the stacks measured. Server and client run in processes of their own. */
export interface Peer {
  startServer(): Promise<PeerServer>;
  connect(port: number, kind: ConnectionKind, connections: number): Promise<PeerClient>;
}

/** Throws with a useful text unless both are the same as JSON, 64-bit integers as decimals. */
export function expectSame(received: unknown, sent: unknown): void {
  const [left, right] = [received, sent].map((value) => JSON.stringify(value, plain));
  if (left !== right) {
    throw new Error(`echo differs:\n  sent     ${right}\n  received ${left}`);
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
