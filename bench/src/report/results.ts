import type { CodecResult } from '../codec/measure.js';
import type { PayloadName } from '../payloads.js';
import type { RpcResult } from '../rpc/measure.js';

/** Everything one run measured, as written to `results/latest.json`. */
export interface Results {
  readonly measuredOn: string;
  readonly node: string;
  readonly codec?: Readonly<Record<'binary' | 'compact', CodecByPayload>>;
  readonly rpc?: readonly RpcResult[];
  /** Throughput or cost beside the same calls without the feature, by feature. */
  readonly features?: readonly FeatureResult[];
}

export type CodecByPayload = Readonly<Record<PayloadName, readonly CodecResult[]>>;

/** A feature switched on beside the same thing without it. */
export interface FeatureResult {
  readonly name: string;
  /** Throughput with it, as a share of that without. */
  readonly throughputShare: number;
}
