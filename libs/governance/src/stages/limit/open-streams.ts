import { type IncomingCall, LimitExceededError } from '@nestjs-thrift/transport';

/** Most streams at once; 0 means unlimited. */
interface StreamLimits {
  readonly maxStreams: number;
  readonly maxStreamsPerCaller: number;
}

/** The streams that a server has admitted and that have not ended. */
export class OpenStreams {
  readonly #open = new Set<IncomingCall>();
  readonly #byCaller = new Map<string, number>();

  /** Admits a stream, or says which limit it exceeds. */
  admit(
    stream: IncomingCall,
    { maxStreams, maxStreamsPerCaller }: StreamLimits,
  ): LimitExceededError | undefined {
    const { caller } = stream;
    const ofCaller = this.#byCaller.get(caller) ?? 0;
    if (maxStreams > 0 && this.#open.size >= maxStreams) {
      return new LimitExceededError(`${maxStreams} streams are open`);
    }
    if (maxStreamsPerCaller > 0 && ofCaller >= maxStreamsPerCaller) {
      return new LimitExceededError(`${maxStreamsPerCaller} streams of this caller are open`);
    }
    this.#open.add(stream);
    this.#byCaller.set(caller, ofCaller + 1);
    return undefined;
  }

  /** Does nothing for a stream that was not admitted. */
  ended(stream: IncomingCall): void {
    if (!this.#open.delete(stream)) {
      return;
    }
    const { caller } = stream;
    const left = this.#byCaller.get(caller)! - 1;
    if (left === 0) {
      this.#byCaller.delete(caller);
    } else {
      this.#byCaller.set(caller, left);
    }
  }
}
