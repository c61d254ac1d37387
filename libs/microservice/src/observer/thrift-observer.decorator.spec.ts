import { isThriftObserver, ThriftObserver } from './thrift-observer.decorator.js';

@ThriftObserver()
class Marked {}

describe('isThriftObserver', () => {
  it('knows instances of marked classes, and of classes below them', () => {
    class Below extends Marked {}
    expect([new Marked(), new Below()].map(isThriftObserver)).toEqual([true, true]);
  });

  it('takes every other object of a container for none, also one without a prototype', () => {
    const others = [{}, new (class Plain {})(), Object.create(null) as object, { constructor: 1 }];
    expect(others.map(isThriftObserver)).toEqual(others.map(() => false));
  });
});
