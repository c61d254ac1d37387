import type { CommandLineStart } from '../startup/command-line.js';
import type { ImportResult } from '../startup/imports.js';
import type { CodecResult } from '../codec/measure.js';
import type { PayloadName } from '../payloads.js';
import type { RpcResult } from '../rpc/measure.js';
import type { Cell } from '../rpc/messages.js';
import type { Profiles } from '../rpc/peer-processes.js';
import type { StreamResult } from '../streams/run.js';
import type { PeerName } from '../rpc/peers/index.js';

/** Everything one run measured, as written to `results/latest.json`. */
export interface Results {
  readonly measuredOn: string;
  readonly node: string;
  readonly codec?: Readonly<Record<'binary' | 'compact', CodecByPayload>>;
  readonly rpc?: readonly RpcResult[];
  readonly features?: readonly FeatureResult[];
  readonly streams?: readonly StreamResult[];
  readonly gateway?: readonly GatewayResult[];
  readonly startup?: StartupResult;
  readonly profiles?: readonly ProfileResult[];
}

export type CodecByPayload = Readonly<Record<PayloadName, readonly CodecResult[]>>;

/** A feature that is measured against the same calls without it. */
export type FeatureName = 'timeout + retry + breaker' | 'metrics + tracing' | '200 methods';

/** A feature compared with the same calls without it. */
export interface FeatureResult {
  readonly name: FeatureName;
  /** Throughput with it, as a share of that without. */
  readonly throughputShare: number;
  /** CPU time per call without it, as a share of that with it. */
  readonly costShare: number;
}

/** What an HTTP request costs a gateway in front of a Thrift service. */
export interface GatewayResult {
  /** `GET`, or `POST` with a body. */
  readonly request: string;
  /** CPU time of the gateway per request, by contestant. */
  readonly cpuNs: Readonly<Record<string, number>>;
}

/** How long it takes until a service of a hundred IDL files can be called, in milliseconds. */
export interface StartupResult {
  readonly files: number;
  readonly fromIdlMs: number;
  readonly fromGeneratedCodeMs: number;
  /** The same from code with static codecs; reports of earlier versions lack it. */
  readonly fromStaticCodecsMs?: number;
  /** From code with lazy codecs and Node's compile cache, where Node has one. */
  readonly fromCompileCacheMs?: number;
  /** Processes of the command line; reports of earlier versions lack it. */
  readonly commandLine?: CommandLineStart;
  /** Imports of packages; reports of earlier versions lack them. */
  readonly imports?: readonly ImportResult[];
}

/** Where the time of one path goes. */
export interface ProfileResult extends Profiles {
  readonly peer: PeerName;
  readonly cell: Cell;
}
