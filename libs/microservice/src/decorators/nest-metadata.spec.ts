import { EXCEPTION_FILTERS_METADATA, PARAMTYPES_METADATA } from '@nestjs/common/internal';
import { Ctx } from '@nestjs/microservices';
import { CONTEXT_PARAMETER, NEST_METADATA } from './nest-metadata.js';

class Decorated {
  serve(_data: unknown, @Ctx() _context: unknown): void {}
}

describe('the names Nest keeps its metadata under', () => {
  it('are those of the installed version', () => {
    expect(NEST_METADATA.exceptionFilters).toBe(EXCEPTION_FILTERS_METADATA);
    expect(NEST_METADATA.parameterTypes).toBe(PARAMTYPES_METADATA);
  });

  it('hold what parameter decorators said, the context under its key', () => {
    const said = Reflect.getMetadata(NEST_METADATA.parameterDecorators, Decorated, 'serve');
    expect(Object.keys(said as object)).toEqual([`${CONTEXT_PARAMETER}1`]);
  });
});
