import { recordLines } from '../runner/matrix.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Combination, Results } from '../runner/results.js';
import type { Attempt } from './kitex-server.js';

/** Runs a scenario of the Kitex client: its name, the feature it shows, its options. */
export type RunScenario = (
  name: string,
  feature: string,
  options: readonly string[],
) => Promise<void>;

/** One feature over TTHeaderFramed, which carries all of them. */
export function combinationOf(
  { name }: BuiltPeer,
  direction: Combination['direction'],
  feature: string,
): Combination {
  return { peer: name, direction, transport: 'TTHeaderFramed', protocol: 'binary', feature };
}

/** Runs scenarios of a peer and records what they print. */
export function scenariosOf(peer: BuiltPeer, results: Results): RunScenario {
  return async (name, feature, options) => {
    const command = [...peer.command(peer.folder), 'scenario', name, ...options] as const;
    await recordLines(command, combinationOf(peer, 'peer calls us', feature), results);
  };
}

/** Records single cases with a peer. */
export function attemptsOf(
  peer: BuiltPeer,
  direction: Combination['direction'],
  results: Results,
): Attempt {
  return (feature, name, action) =>
    results.attempt(combinationOf(peer, direction, feature), name, action);
}
