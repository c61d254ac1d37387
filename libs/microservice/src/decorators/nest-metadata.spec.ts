import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '@nestjs/common/internal';
import { Ctx, MessagePattern } from '@nestjs/microservices';
import { NEST_METADATA } from './bind-method.js';

class Decorated {
  @MessagePattern('serve')
  serve(_data: unknown, @Ctx() _context: unknown): void {}
}

describe('the names Nest keeps its metadata under', () => {
  it('are those of the installed version', () => {
    expect(NEST_METADATA.exceptionFilters).toBe(EXCEPTION_FILTERS_METADATA);
    expect(NEST_METADATA.guards).toBe(GUARDS_METADATA);
    expect(NEST_METADATA.interceptors).toBe(INTERCEPTORS_METADATA);
    expect(NEST_METADATA.pipes).toBe(PIPES_METADATA);
    expect(Reflect.hasMetadata(NEST_METADATA.parameterDecorators, Decorated, 'serve')).toBe(true);
    const { value } = Object.getOwnPropertyDescriptor(Decorated.prototype, 'serve')!;
    expect(Reflect.getMetadata(NEST_METADATA.pattern, value as object)).toEqual(['serve']);
  });
});
