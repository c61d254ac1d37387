import { ContextKey, type OutgoingCall } from '@nestjs-thrift/transport';

/** The instances that the attempts of a call went to; shared by its attempts, written by balancing. */
export class VisitedInstances {
  readonly addresses: string[] = [];
  /** How many instances the last attempt could choose from; 0 if the call names its address. */
  choice = 0;

  /** Whether there are instances that no attempt went to. */
  get leavesOthers(): boolean {
    return new Set(this.addresses).size < this.choice;
  }
}

/**
 * Where the attempts of a call went. Set only where retries go to other instances if there are any: without it a retry may
 * go to the instance of the attempt before.
 */
export const VISITED = new ContextKey<VisitedInstances>('governance.visited');

/** Without a record of the instances the policy lets a retry go to the same one. */
export function mayGoElsewhere({ context }: OutgoingCall): boolean {
  const visited = context.get(VISITED);
  return visited === undefined || visited.leavesOthers;
}
