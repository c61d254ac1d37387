import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';

/**
 * Spreads calls over a fixed list of instances. Created again for every change of the list, so no pick ever sees a list
 * half changed. Kitex: loadbalance.Picker.
 */
export interface Picker {
  /** Number of instances that can be picked. */
  readonly size: number;
  /**
   * @param excluded addresses not to pick; empty for none.
   * @returns `undefined` if no instance is left.
   */
  pick(call: OutgoingCall, excluded: readonly string[]): Instance | undefined;
  /** Called once for every pick when its call ended; only for pickers that count calls in flight. */
  release?(instance: Instance): void;
}

/** A way to spread calls. Kitex: loadbalance.Loadbalancer. */
export interface Balancer {
  /** Short name for diagnosis. */
  readonly name: string;
  createPicker(instances: readonly Instance[]): Picker;
}

/** Nothing excluded; shared so that the usual pick allocates nothing. */
export const NONE_EXCLUDED: readonly string[] = Object.freeze([]);

/** The instances that may be picked at all: those with a weight above 0. */
export function pickable(instances: readonly Instance[]): readonly Instance[] {
  return instances.filter((instance) => instance.weight > 0);
}
