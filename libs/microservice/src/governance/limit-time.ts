import { RpcTimeoutError, timerWheel } from '@nestjs-thrift/transport';
import type { Pipeline } from './method-pipeline.js';

/** Gives up on a method after so many milliseconds, within ten of them; what it does goes on unheard. */
export function limitTime(timeoutMs: number, name: string): (next: Pipeline) => Pipeline {
  return (next) => (invocation) =>
    new Promise((resolve, reject) => {
      const timer = timerWheel.timer(() => {
        reject(new RpcTimeoutError(timeoutMs, `${name} took longer than ${timeoutMs} ms`));
        return Infinity;
      });
      timer.arm(performance.now() + timeoutMs);
      next(invocation).then(
        (value) => {
          timer.disarm();
          resolve(value);
        },
        (error: unknown) => {
          timer.disarm();
          reject(error as Error);
        },
      );
    });
}
