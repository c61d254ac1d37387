import { setTimeout as sleep } from 'node:timers/promises';
import { dialectOf } from '../stacks/dialects.js';
import type { StackName } from '../stacks/stack.js';
import type { Scene } from './attack.js';
import { Child } from './child.js';
import type { Stage } from './stage.js';

/** Time for all that an attack has opened to be closed. */
const CLOSE_MS = 5_000;

/** Makes what an attack works with, and the function that closes what it has opened. */
export function openScene(
  stage: Stage,
  stack: StackName,
): { scene: Scene; close: () => Promise<void> } {
  const closing: (() => unknown)[] = [];
  const dialect = dialectOf(stack);
  const scene: Scene = {
    victim: stage.victim,
    port: stage.port,
    stack,
    dialect,
    defer: (close) => void closing.push(close),
    peer: async () => {
      const peer = await dialect.open(stage.port);
      closing.push(() => peer.destroy());
      return peer;
    },
    spawn: async (options) => {
      const child = await Child.start(options);
      closing.push(() => child.kill());
      return child;
    },
  };
  return { scene, close: () => closeAll(closing.reverse()) };
}

/** Closes one after another; what cannot close any more is not waited for. */
async function closeAll(closing: readonly (() => unknown)[]): Promise<void> {
  const timeout = new AbortController();
  const late = sleep(CLOSE_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
  for (const close of closing) {
    const closed = Promise.resolve(close()).catch(() => undefined);
    await Promise.race([late, closed]);
  }
  timeout.abort();
}
