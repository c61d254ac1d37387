import type { Dialect } from '../stacks/dialect.js';
import type { StackName } from '../stacks/stack.js';
import type { Peer } from '../wire/peer.js';
import type { Child, ChildOptions } from './child.js';
import type { Stage } from './stage.js';

/** What an attack works with. Everything that it opens is closed after it, whatever came of it. */
export interface Scene {
  /** The process under attack. */
  readonly victim: Child;
  /** Port of the server under attack; for a client under attack, of the server that its neighbour calls. */
  readonly port: number;
  /** The stack under attack. */
  readonly stack: StackName;
  /** How requests of that stack look. */
  readonly dialect: Dialect;
  /** Opens a hostile connection to the server under attack. */
  readonly peer: () => Promise<Peer>;
  /** Starts a further process. */
  readonly spawn: (options?: ChildOptions) => Promise<Child>;
  /** Closes something after the attack. */
  readonly defer: (close: () => unknown) => void;
}

/** Which kind of process is attacked. */
export type VictimKind = 'server' | 'nest' | 'client';

/** What must hold of every attack; figures of an attack replace these. */
export interface Limits {
  /** Growth of resident memory at its highest, in MiB. */
  readonly peakMb: number;
  /** Longest time for which the event loop may not turn, in milliseconds. */
  readonly stallMs: number;
  /** Time until memory, sockets and timers are what they were before, in milliseconds. */
  readonly settleMs: number;
  /** Time of the attack itself, in milliseconds. */
  readonly durationMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  peakMb: 256,
  stallMs: 2_000,
  settleMs: 5_000,
  durationMs: 20_000,
};

/**
 * One way to do harm, and what must hold meanwhile. In addition the {@link Limits} hold, the neighbour's calls succeed, and
 * all resources return.
 */
export interface Attack {
  readonly name: string;
  /** Letter and number of the kind of harm; see the README. */
  readonly kind: string;
  /** What is done. */
  readonly does: string;
  /** What must hold. */
  readonly holds: string;
  /** One that other attacks share, or separate processes. */
  readonly victim: VictimKind | ((stack: StackName) => Promise<Stage>);
  /** Module whose functions run in the victim; it is loaded before anything is measured. */
  readonly module?: string;
  readonly limits?: Partial<Limits>;
  /** Other stacks that the same attack applies to. */
  readonly comparedWith?: readonly StackName[];
  /**
   * Attacks; resolves with what was seen, in a few words.
   *
   * @throws Broken when what must hold does not.
   */
  carryOut(scene: Scene): Promise<string>;
}

/** Something that must hold does not. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** @throws Broken unless it holds. */
export function hold(holds: boolean, otherwise: string): void {
  if (!holds) {
    throw new Broken(otherwise);
  }
}
