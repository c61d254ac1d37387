import { notAnsweredInTime, peerSilent, replyNotRead } from './call-errors.js';
import type { CallSlots } from './call-slots.js';
import type { PeerSilence } from './peer-silence.js';

/** The state of a connection by which its calls are judged. */
export interface OverdueContext {
  readonly now: number;
  readonly address: string;
  readonly silence: PeerSilence;
  /** Whether the connection reads; while it does not, the peer is not to blame for a missing reply. */
  readonly mayRead: boolean;
}

/** What became of the calls of a connection that were overdue. */
export interface OverdueCalls {
  /** Whether any call was given up. */
  readonly gaveUp: boolean;
  /** Whether the peer may have vanished silently. */
  readonly maybeGone: boolean;
  /** When the next call is due; `Infinity` without any. */
  readonly next: number;
}

/** Gives up the calls whose time is over, each with an error that says what was waited for. */
export function giveUpOverdue(calls: CallSlots, context: OverdueContext): OverdueCalls {
  const { now, address, silence, mayRead } = context;
  let next = Infinity;
  let gaveUp = false;
  let maybeGone = false;
  for (const call of calls) {
    const due = mayRead ? silence.dueAt(call, now) : call.deadline;
    if (due > now) {
      next = Math.min(next, due);
      continue;
    }
    gaveUp = true;
    calls.abandon(call.sequenceId);
    maybeGone ||= mayRead && silence.maybeGone(call, now);
    if (!mayRead) {
      call.fail(replyNotRead(call, address));
    } else if (call.deadline <= now) {
      call.fail(notAnsweredInTime(call, address));
    } else {
      call.fail(peerSilent(call, address, silence.limitFor(call)));
    }
  }
  return { gaveUp, maybeGone, next };
}
