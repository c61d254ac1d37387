import { ThriftModule } from './thrift.module.js';

describe('ThriftModule.forRoot', () => {
  it('is global by default', () => {
    expect(ThriftModule.forRoot({}).global).toBe(true);
    expect(ThriftModule.forRoot({ isGlobal: false }).global).toBe(false);
    expect(ThriftModule.forRootAsync({ useFactory: () => ({}) }).global).toBe(true);
    expect(ThriftModule.forRootAsync({ useFactory: () => ({}), isGlobal: false }).global).toBe(
      false,
    );
  });
});
