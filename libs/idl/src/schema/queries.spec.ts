import { loadSchemaFromText } from '../loader/load-schema.js';
import { allMethods, findEnum, findService, findStruct } from './queries.js';

const schema = loadSchemaFromText(
  'include "base.thrift" struct A {} enum E {} service S extends base.Middle { void own(), void first() }',
  {
    includes: {
      'base.thrift':
        'service Base { i32 first(), void second() } service Middle extends Base { void third() }',
    },
  },
);

describe('finding definitions', () => {
  it('follows references', () => {
    expect(findStruct(schema, { file: 'main.thrift', name: 'A' }).kind).toBe('struct');
    expect(findEnum(schema, { file: 'main.thrift', name: 'E' }).members).toEqual([]);
    expect(findService(schema, { file: 'base.thrift', name: 'Base' }).methods).toHaveLength(2);
  });

  it.each(['main.thrift', 'gone.thrift', '__proto__'])('names what %s does not have', (file) => {
    expect(() => findStruct(schema, { file, name: 'Gone' })).toThrow(
      `there is no struct "Gone" in "${file}"`,
    );
  });
});

describe('all methods of a service', () => {
  it('are those of the furthest ancestor first, each in its nearest definition', () => {
    const methods = allMethods(schema, findService(schema, { file: 'main.thrift', name: 'S' }));
    expect(methods.map(({ name }) => name)).toEqual(['first', 'second', 'third', 'own']);
    expect(methods[0]).not.toHaveProperty('returns');
  });
});
