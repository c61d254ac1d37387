import type { TransportObserver } from './transport-observer.js';

const warned = new WeakSet<TransportObserver>();

/**
 * Tells every observer; one that throws harms neither the call nor the other observers and is reported to the process
 * once.
 */
export function notify(
  observers: readonly TransportObserver[],
  tell: (observer: TransportObserver) => void,
): void {
  for (const observer of observers) {
    try {
      tell(observer);
    } catch (error) {
      reportObserver(observer, error);
    }
  }
}

/** Warns about an observer that threw, the first time it does. */
export function reportObserver(observer: TransportObserver, error: unknown): void {
  if (warned.has(observer)) return;
  warned.add(observer);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`a transport observer threw, which is ignored from now on: ${text}`, {
    code: 'THRIFT_OBSERVER',
  });
}
