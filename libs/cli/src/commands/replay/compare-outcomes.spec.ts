import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { parseJson, type JsonValue } from '@nestjs-thrift/codec/json';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { findMethod } from '../../idl/find-method.js';
import { FieldPaths } from '../../traffic/field-paths.js';
import { callableMethod } from '../../values/method-shapes.js';
import { compareOutcomes } from './compare-outcomes.js';

const compiled = compileSchema(
  loadSchemaFromText(`
struct User { 1: string name, 2: set<i32> marks, 3: list<i32> steps, 4: map<i32, string> texts, 5: list<User> friends }
exception Missing { 1: string message }
service Users { User Get() throws (1: Missing missing) }`),
);
const method = callableMethod(compiled, findMethod(compiled.schema, 'Get'));

function differences(before: string, after: string, ...ignore: string[]): string[] {
  const [left, right] = [before, after].map((text) => parseJson(text) as Record<string, JsonValue>);
  return compareOutcomes(left!, right!, method, new FieldPaths(ignore)).map(
    ({ place, before: old = '-', after: now = '-' }) => `${place}: ${old} ${now}`,
  );
}

describe('compareOutcomes', () => {
  it.each([
    ['{"result":{"name":"a"}}', '{"result":{"name":"a"}}', []],
    ['{"result":{"name":"a"}}', '{"result":{"name":"b"}}', ['result.name: "a" "b"']],
    ['{"result":{"name":"a"}}', '{"result":{}}', ['result.name: "a" -']],
    ['{"result":{"marks":[1,2]}}', '{"result":{"marks":[2,1]}}', []],
    [
      '{"result":{"steps":[1,2]}}',
      '{"result":{"steps":[2,1]}}',
      ['result.steps[0]: 1 2', 'result.steps[1]: 2 1'],
    ],
    ['{"result":{"steps":[1]}}', '{"result":{"steps":[1,3]}}', ['result.steps[1]: - 3']],
    ['{"result":{"texts":{"1":"a","2":"b"}}}', '{"result":{"texts":{"2":"b","1":"a"}}}', []],
    ['{"result":{"name":"[redacted]"}}', '{"result":{"name":"b"}}', []],
    ['{"result":null}', '{"result":{}}', ['result: null {}']],
    [
      '{"exception":{"type":"Missing","value":{"message":"a"}}}',
      '{"exception":{"type":"Missing","value":{"message":"b"}}}',
      ['exception.value.message: "a" "b"'],
    ],
    [
      '{"error":{"code":"A","message":"x"}}',
      '{"error":{"code":"B","message":"x"}}',
      ['error.code: "A" "B"'],
    ],
  ])('%s and %s', (before, after, expected) => {
    expect(differences(before, after)).toEqual(expected);
  });

  it('reports another kind of outcome as one difference', () => {
    expect(differences('{"result":{}}', '{"error":{"code":"A"}}')).toHaveLength(1);
  });

  it('ignores places, and what is below them', () => {
    const [before, after] = [
      '{"result":{"friends":[{"name":"a"}]}}',
      '{"result":{"friends":[{"name":"b"}]}}',
    ];
    expect(differences(before, after, 'friends.name')).toEqual([]);
    expect(differences(before, after, 'friends')).toEqual([]);
    expect(differences(before, after, 'friends.marks')).toHaveLength(1);
  });

  it('ends after twenty differences', () => {
    const steps = (first: number) =>
      JSON.stringify({ result: { steps: Array.from({ length: 50 }, (_, i) => first + i) } });
    expect(differences(steps(0), steps(1))).toHaveLength(20);
  });
});
