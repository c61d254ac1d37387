import type { Failed } from '../ask.js';
import type { HotSpot } from '../profile/cpu-profile.js';
import type { PayloadName } from '../payloads.js';
import type { LoadLimit, LoadResult } from './load.js';
import type { ConnectionKind } from './peer.js';

/** One point of the matrix: what is sent, by how many at once, over which connections. */
export interface Cell {
  readonly payload: PayloadName;
  readonly callers: number;
  readonly kind: ConnectionKind;
}

export function cellName({ payload, callers, kind }: Cell): string {
  return `${payload}, ${callers} ${callers === 1 ? 'caller' : 'callers'}, ${kind}`;
}

/** What the conductor asks of a server or client process. */
export type Request =
  | { readonly type: 'serve' }
  | { readonly type: 'probe-speed' }
  | { readonly type: 'connect'; readonly port: number; readonly cell: Cell }
  | { readonly type: 'load'; readonly cell: Cell; readonly limit: LoadLimit }
  | { readonly type: 'start-measuring'; readonly what: 'cpu' | 'allocations' }
  | { readonly type: 'stop-measuring' }
  | { readonly type: 'start-profile' }
  | { readonly type: 'stop-profile' };

/** What a process spent in one round. */
export interface Usage {
  /** User and system time. */
  readonly cpuNs: number;
  /** Bytes allocated on the JavaScript heap; 0 where CPU time is measured, which counting them would add to. */
  readonly allocatedBytes: number;
  /** Resident memory at the end. */
  readonly residentBytes: number;
}

/** What such a process answers. */
export type Reply =
  | { readonly type: 'done' }
  | { readonly type: 'serving'; readonly port: number }
  | { readonly type: 'speed'; readonly milliseconds: number }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'profile'; readonly spots: readonly HotSpot[] }
  | { readonly type: 'loaded'; readonly result: LoadResult }
  | Failed;
