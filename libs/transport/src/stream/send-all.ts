import { FairTurns } from './fair-turns.js';
import { iterate, type Messages } from './messages.js';

/** The stream, as far as sending to it concerns it. */
export interface SendingStream {
  readonly label: string;
  readonly isDone: boolean;
  /** Calls back when the stream has ended. */
  onEnd(callback: () => void): void;
  send(message: unknown): Promise<void>;
  closeSend(): void;
  /** The source failed. */
  sourceFailed(error: unknown): void;
}

/** Sends all messages of a source and closes this side; an error of the source ends the stream. */
export async function sendAll(stream: SendingStream, source: Messages<unknown>): Promise<void> {
  let iterator: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  const turns = new FairTurns();
  let isOver = false;
  const leave = (): void => {
    if (!isOver) {
      Promise.resolve(iterator?.return?.()).catch(() => undefined);
    }
  };
  try {
    iterator = iterate(source, `the requests of ${stream.label}`);
    stream.onEnd(leave);
    for (;;) {
      const { done, value } = await iterator.next();
      if (stream.isDone || done) {
        break;
      }
      try {
        await stream.send(value);
        await turns.next();
      } catch (error) {
        leave();
        throw error;
      }
    }
    stream.closeSend();
  } catch (error) {
    stream.sourceFailed(error);
  } finally {
    isOver = true;
  }
}
