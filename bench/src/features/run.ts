import type { FeatureName, FeatureResult } from '../report/results.js';
import { measureRpc, type RpcPlan } from '../rpc/measure.js';
import type { Cell } from '../rpc/messages.js';
import type { PeerName } from '../rpc/peers/index.js';

interface Feature {
  /** Part of the benchmark it belongs to, as named on the command line. */
  readonly part: 'policies' | 'observers' | 'methods';
  readonly name: FeatureName;
  readonly without: PeerName;
  readonly with: PeerName;
  readonly cell: Cell;
}

const CELL: Cell = { payload: 'medium', callers: 100, kind: 'shared' };

/** Every feature measured. */
export const FEATURES: readonly Feature[] = [
  {
    part: 'policies',
    name: 'timeout + retry + breaker',
    without: 'Nest to Nest',
    with: 'Nest to Nest, timeout + retry + breaker',
    cell: CELL,
  },
  {
    part: 'observers',
    name: 'metrics + tracing',
    without: 'Nest to Nest',
    with: 'Nest to Nest, metrics + tracing',
    cell: CELL,
  },
  {
    part: 'methods',
    name: '200 methods',
    without: '1 method',
    with: '200 methods',
    cell: { ...CELL, payload: 'small' },
  },
];

/** Measures each feature in turns with the same calls without it. */
export async function runFeatures(
  features: readonly Feature[],
  plan: Omit<RpcPlan, 'peers' | 'cells'>,
  onProgress: (text: string) => void,
): Promise<FeatureResult[]> {
  const results: FeatureResult[] = [];
  for (const { name, without, with: featured, cell } of features) {
    const measured = await measureRpc(
      { ...plan, peers: [without, featured], cells: [cell] },
      () => {},
    );
    const [plain, rich] = [measured[0]!, measured[1]!];
    results.push({
      name,
      throughputShare: rich.callsPerSecond / plain.callsPerSecond,
      costShare: plain.cpuNs / rich.cpuNs,
    });
    onProgress(`feature: ${name}`);
  }
  return results;
}
