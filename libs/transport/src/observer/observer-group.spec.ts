import { jest } from '@jest/globals';
import type { IncomingCall } from '../call/incoming-call.js';
import { ObserverGroup } from './observer-group.js';
import type { CallOutcome, TransportObserver } from './transport-observer.js';

const call = { sequenceId: 7 } as IncomingCall;
const outcome: CallOutcome = { failed: false, durationMs: 1, sentBytes: 2, receivedBytes: 3 };
const connection = { side: 'server', address: '127.0.0.1:1' } as const;

describe('ObserverGroup', () => {
  it('measures nothing without observers', () => {
    expect(new ObserverGroup()).toMatchObject({
      wantsAround: false,
      watchesCalls: false,
      watchesRequests: false,
    });
  });

  it('adds an observer once, and reports the open connections to it', () => {
    const closed = { side: 'server', address: '127.0.0.1:2' } as const;
    const group = new ObserverGroup([{}]);
    group.connectionOpened(connection);
    group.connectionOpened(closed);
    group.connectionClosed(closed);
    const late = { connectionOpened: jest.fn(), callStarted: jest.fn() };
    group.add(late);
    group.add(late);
    expect(late.connectionOpened.mock.calls).toEqual([[connection]]);
    expect(group).toMatchObject({ watchesCalls: true, watchesRequests: false });
  });

  it('leaves requests that began without an observer to those that saw them begin', () => {
    const states: unknown[] = [];
    const group = new ObserverGroup([{ requestStarted: () => 'first' }]);
    const started = group.requestStarted(call);
    group.add({
      aroundHandler: (_call, state, next) => (states.push(state), next()),
      requestFinished: (_call, _outcome, state) => void states.push(state),
    });
    expect(group.aroundHandler(call, started, () => 42)).toBe(42);
    group.requestFinished(call, outcome, started);
    expect(states).toEqual([]);
  });

  it('gives every observer its own state back', () => {
    const finished: unknown[] = [];
    const observer = (state: string): TransportObserver => ({
      requestStarted: () => state,
      requestFinished: (_call, _outcome, given) => void finished.push([state, given]),
    });
    const group = new ObserverGroup([observer('a'), {}, observer('b')]);
    const states = group.requestStarted(call);
    group.requestFinished(call, outcome, states);
    expect(finished).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('puts observers around the handler and hands on what it returns', () => {
    const order: string[] = [];
    const around = (name: string): TransportObserver => ({
      requestStarted: () => name,
      aroundHandler: (_call, state, next) => {
        order.push(String(state));
        return next();
      },
    });
    const group = new ObserverGroup([around('inner'), {}, around('outer')]);
    expect(group.wantsAround).toBe(true);
    expect(group.aroundHandler(call, group.requestStarted(call), () => 42)).toBe(42);
    expect(order).toEqual(['outer', 'inner']);
    expect(new ObserverGroup([{}]).wantsAround).toBe(false);
  });

  it('leaves calls and requests alone when only connections are watched', () => {
    const group = new ObserverGroup([{ connectionOpened: () => {} }]);
    expect(group).toMatchObject({ watchesCalls: false, watchesRequests: false });
    expect(new ObserverGroup([{ callFinished: () => {} }]).watchesCalls).toBe(true);
    expect(new ObserverGroup([{ requestFinished: () => {} }]).watchesRequests).toBe(true);
  });

  it('goes on when an observer throws, and warns once', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const opened = jest.fn();
    const group = new ObserverGroup([
      {
        connectionOpened: () => {
          throw new Error('broken');
        },
      },
      { connectionOpened: opened },
    ]);
    group.connectionOpened(connection);
    group.connectionOpened(connection);
    expect(opened).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]![0])).toContain('broken');
    warn.mockRestore();
  });
});
