import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { MessageEvent } from '@nestjs/common';
import { toSse } from './to-sse.js';

describe('toSse', () => {
  it('names each wrong option', () => {
    const options = { pingMs: -1, data: 'text', event: () => 'token' };
    expect(() => toSse((async function* () {})(), options as never)).toThrow(
      new TypeError(
        [
          'unknown option toSse.event; allowed: data, id, type, response, pingMs',
          'toSse.data must be a function; got the string "text"',
          'toSse.pingMs must be milliseconds, an integer from 0 to 2147483647; got -1',
        ].join('\n'),
      ),
    );
  });

  it('takes the next message when the response has room, and stops waiting when it is closed', async () => {
    const response = Object.assign(new EventEmitter(), { writableNeedDrain: true });
    let taken = 0;
    const messages = (async function* () {
      for (;;) {
        taken++;
        yield { text: 'a' };
      }
    })();
    const events: MessageEvent[] = [];
    const subscription = toSse(messages, { response: response as never }).subscribe((event) => {
      events.push(event);
    });
    await turn();
    expect(taken).toBe(0);
    response.emit('drain');
    await turn();
    expect({ taken, events: events.length }).toEqual({ taken: 1, events: 1 });
    subscription.unsubscribe();
    response.emit('close');
    await turn();
    expect(events).toHaveLength(1);
    expect(response.eventNames()).toEqual([]);
  });
});
