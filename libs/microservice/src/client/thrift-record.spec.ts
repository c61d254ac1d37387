import { ThriftRecord, ThriftRecordBuilder } from './thrift-record.js';

describe('ThriftRecordBuilder', () => {
  it('builds a record of data and options', () => {
    const { signal } = new AbortController();
    const listener = (): void => {};
    const record = new ThriftRecordBuilder({ id: 1n })
      .setTimeoutMs(300)
      .setConnectTimeoutMs(50)
      .setReadTimeoutMs(100)
      .setSignal(signal)
      .setMetadata({ a: '1' })
      .setPersistentMetadata({ b: '2' })
      .setAddress('127.0.0.1:1')
      .onBackwardMetadata(listener)
      .build();
    expect(record).toBeInstanceOf(ThriftRecord);
    expect(record).toEqual({
      data: { id: 1n },
      options: {
        timeoutMs: 300,
        connectTimeoutMs: 50,
        readTimeoutMs: 100,
        signal,
        metadata: { a: '1' },
        persistentMetadata: { b: '2' },
        address: '127.0.0.1:1',
        onBackwardMetadata: listener,
      },
    });
  });

  it('does not change records it built before', () => {
    const builder = new ThriftRecordBuilder('a').setTimeoutMs(1);
    const first = builder.build();
    const second = builder.setData('b').setTimeoutMs(2).build();
    expect(first).toEqual({ data: 'a', options: { timeoutMs: 1 } });
    expect(second).toEqual({ data: 'b', options: { timeoutMs: 2 } });
  });
});
