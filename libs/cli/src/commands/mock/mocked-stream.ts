import type { StreamMethod } from '@nestjs-thrift/codec';
import type { IncomingCall, MethodHandler, ReceivedMessages } from '@nestjs-thrift/transport';

/** What `--error-rate` fails calls with. */
export class MockedFault extends Error {
  constructor() {
    super('a fault of nestjs-thrift mock (--error-rate)');
  }
}

type Arguments = Readonly<Record<string, unknown>>;

/** What a mocked method does, whatever its kind. */
export interface MockedBehavior {
  /** Prints a message that came in. */
  show(args: Arguments, call: IncomingCall, fails: boolean): void;
  /** Waits as `--delay` says. */
  wait(call: IncomingCall): Promise<void>;
  /** Whether a stream fails; asked once for each. */
  fails(): boolean;
  /** One message of the server. */
  answer(args: Arguments): unknown;
  /** All messages of a stream of the server. */
  replies(args: Arguments): readonly unknown[];
}

/** The handler of a method with a stream. */
export function mockedStream(
  { kind, parameters: [name = ''] }: StreamMethod,
  behavior: MockedBehavior,
): MethodHandler {
  const received = async function* (args: Arguments, call: IncomingCall) {
    const fails = behavior.fails();
    for await (const message of args[name] as ReceivedMessages<unknown>) {
      const given = { [name]: message };
      behavior.show(given, call, fails);
      await behavior.wait(call);
      if (fails) {
        throw new MockedFault();
      }
      yield given;
    }
  };
  if (kind === 'client') {
    return async (args: Arguments, call: IncomingCall) => {
      let last: Arguments = {};
      for await (const given of received(args, call)) {
        last = given;
      }
      return behavior.answer(last);
    };
  }
  if (kind === 'bidi') {
    return async function* (args: Arguments, call: IncomingCall) {
      for await (const given of received(args, call)) {
        yield behavior.answer(given);
      }
    };
  }
  return async function* (args: Arguments, call: IncomingCall) {
    const fails = behavior.fails();
    behavior.show(args, call, fails);
    for (const reply of behavior.replies(args)) {
      await behavior.wait(call);
      if (fails) {
        throw new MockedFault();
      }
      yield reply;
    }
  };
}
