import { jest } from '@jest/globals';
import { AccessDeniedError } from '@nestjs-thrift/transport';
import { outgoing, scripted } from '../../../test/calls.js';
import { accessStage, degradation } from './access-rule.js';

describe('accessStage', () => {
  it('lets a call through that no rule refuses', async () => {
    const call = accessStage([() => undefined]).unary(scripted(() => 'reply').endpoint);
    await expect(call(outgoing())).resolves.toBe('reply');
  });

  it('refuses with the reason of the first rule that objects', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const call = accessStage([() => undefined, () => 'not you', () => 'not reached']).unary(
      endpoint,
    );
    await expect(call(outgoing())).rejects.toEqual(
      new AccessDeniedError(
        'UserService.GetUser was rejected by an access rule of this client: not you',
      ),
    );
    expect(calls).toHaveLength(0);
  });

  it('refuses when a rule is broken', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const broken = () => {
      throw new Error('no list of users');
    };
    const call = accessStage([broken]).unary(scripted(() => 'reply').endpoint);
    await expect(call(outgoing())).rejects.toThrow('access could not be checked');
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});

describe('degradation', () => {
  it('refuses its share of the calls', () => {
    const numbers = [0, 0.29, 0.3, 0.99];
    const rule = degradation(30, () => numbers.shift()!);
    expect([1, 2, 3, 4].map((call) => rule(call) !== undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('refuses nothing at 0 and everything at 100', () => {
    expect(degradation(0, () => 0)(1)).toBeUndefined();
    expect(degradation(100, () => 0.999_999)(1)).toBe('rejected by degradation of 100 percent');
  });

  it('requires a percentage', () => {
    expect(() => degradation(101)).toThrow('must be a number from 0 to 100; got 101');
  });
});
