import { BizStatusError, ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { Probe } from '#test/shop.js';

/** A controller of Probe whose reply to `wait` waits for `open`; it echoes other questions, or fails as they say. */
export function gatedController() {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let enter = (): void => {};
  const entered = new Promise<void>((resolve) => (enter = resolve));

  @ThriftService(Probe)
  class GatedController {
    @ThriftMethod() async Ask(question: string): Promise<string> {
      if (question === 'status') {
        throw new BizStatusError(7, 'no');
      }
      if (question === 'fail') {
        throw new Error('broken');
      }
      if (question !== 'wait') {
        return question;
      }
      enter();
      await gate;
      return 'finished';
    }
  }
  return { GatedController, entered, open };
}
