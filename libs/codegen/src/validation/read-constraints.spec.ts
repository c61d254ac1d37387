import { IdlError } from '@nestjs-thrift/idl';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { Diagnostic, Schema } from '@nestjs-thrift/idl';
import type { StructConstraints } from './constraints.js';
import { readConstraints } from './read-constraints.js';

const OTHERS = 'enum Status { OPEN = 1, CLOSED = 2 }\nstruct Child { 1: i32 n }\n';

function schemaOf(fields: string, onStruct = ''): Schema {
  return loadSchemaFromText(`${OTHERS}struct S {\n${fields}\n} ${onStruct}`);
}

function read(fields: string, onStruct = ''): StructConstraints {
  const schema = schemaOf(fields, onStruct);
  const struct = schema.files[schema.root]?.structs.find(({ name }) => name === 'S');
  const found = struct && readConstraints(schema).get(struct);
  if (found === undefined) {
    throw new Error('S has no constraints');
  }
  return found;
}

function rulesOf(field: string): unknown {
  return [...read(field).fields.values()][0]?.rules;
}

function messages(fields: string, onStruct = ''): string[] {
  try {
    readConstraints(schemaOf(fields, onStruct));
    return [];
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    return error.diagnostics.map(({ message }) => message);
  }
}

describe('readConstraints', () => {
  it('reads integers of all spellings of Go', () => {
    expect(
      rulesOf('1: i64 a (vt.in = "-5", vt.in = "0x10", vt.in = "0b11", vt.in = "0o7")'),
    ).toEqual([
      {
        name: 'in',
        operands: ['-5', '16', '3', '7'].map((value) => ({ kind: 'integer', value })),
      },
    ]);
  });

  it('reads enum members by the name of their enum, of its file, or alone', () => {
    const operand = { kind: 'integer', value: '2' };
    for (const written of ['Status.CLOSED', 'main.Status.CLOSED', 'CLOSED']) {
      expect(rulesOf(`1: Status a (vt.const = "${written}")`)).toEqual([
        { name: 'const', operands: [operand] },
      ]);
    }
  });

  it('puts sizes first and patterns last, so that a long text meets no pattern', () => {
    const rules = rulesOf('1: string a (vt.pattern = "x", vt.prefix = "y", vt.max_size = "5")');

    expect(rules).toMatchObject([{ name: 'max_size' }, { name: 'prefix' }, { name: 'pattern' }]);
  });

  it('reads flags that are off as if they were not there', () => {
    const { fields } = read('1: Child a (vt.skip = "false", vt.not_nil = "0")');

    expect([...fields.values()]).toEqual([{ notNil: false, skip: false, rules: [] }]);
  });

  it('reads functions inside functions', () => {
    const { assertions } = read(
      '1: list<string> a, 2: i32 b',
      `(vt.assert = "@equal(@len($a), @add($b, -1))", vt.assert = "@equal('it', @sprintf(\\"%d\\"; 1.5))")`,
    );

    expect(assertions).toMatchObject([
      {
        name: 'equal',
        arguments: [
          { name: 'len', arguments: [{ kind: 'field', field: { name: 'a' } }] },
          { name: 'add', arguments: [{ field: { name: 'b' } }, { kind: 'integer', value: '-1' }] },
        ],
      },
      {
        name: 'equal',
        arguments: [
          { kind: 'text', value: 'it' },
          { name: 'sprintf', arguments: [{ value: '%d' }, { kind: 'double', value: 1.5 }] },
        ],
      },
    ]);
  });

  it('leaves annotations of others alone', () => {
    expect(
      messages('1: i32 a (api.vd = "x", vt = "y", go.tag = "z")', '(vtx.assert = "1")'),
    ).toEqual([]);
  });

  it('says where every fault is', () => {
    const schema = schemaOf('  1: i32 a (vt.gt = "x")\n  2: string b (vt.gt = "1")');

    expect(() => readConstraints(schema)).toThrow('main.thrift:4:10: field "a": vt.gt');
    expect(() => readConstraints(schema)).toThrow('main.thrift:5:13: field "b": vt.gt');
  });

  it.each([
    ['i32 a (vt.gt = "x")', 'field "a": vt.gt: takes an integer, $field or @function(…), not "x"'],
    ['i64 a (vt.gt = "9223372036854775808")', 'takes an integer'],
    ['double a (vt.lt = "")', 'vt.lt: takes a number'],
    ['double a (vt.lt = "NaN")', 'vt.lt: takes a number'],
    ['bool a (vt.const = "yes")', 'vt.const: takes "true" or "false", not "yes"'],
    ['string a (vt.max_size = "-1")', 'vt.max_size: takes a number of 0 or more'],
    ['string a (vt.gt = "1")', 'vt.gt is not a rule for string; there are vt.const, vt.in,'],
    ['Status a (vt.gt = "1")', 'vt.gt is not a rule for enum Status'],
    ['Status a (vt.in = "Status.LOST")', 'takes a member of Status such as Status.OPEN'],
    ['Status a (vt.in = "Other.OPEN")', 'takes a member of Status such as Status.OPEN'],
    ['Child a (vt.min_size = "1")', 'vt.min_size is not a rule for struct Child'],
    ['list<i32> a (vt.elem = "1")', 'vt.elem is not a rule for list'],
    ['list<i32> a (vt.elem.prefix = "1")', 'vt.elem.prefix is not a rule for i32'],
    ['map<i32, bool> a (vt.elem.gt = "1")', 'vt.elem.gt is not a rule for map'],
    ['map<i32, list<i8>> a (vt.value.elem.gt = "x")', 'vt.value.elem.gt: takes an integer'],
    ['i32 a (vt.gt.x = "1")', 'vt.gt.x is not a rule for i32'],
    ['i32 a (vt.gt = "$b")', 'vt.gt: struct "S" has no field "b"'],
    ['i32 a (vt.gt = "$a + 1")', 'vt.gt: expected nothing more, found "+ 1"'],
    ['i32 a (vt.gt = "@len()")', '@len takes 1 arguments, not 0'],
    [
      'i32 a (vt.gt = "@len($a")',
      'expected $field, @function(…), a number or a quoted text, found the end',
    ],
    ['i32 a (vt.gt = "@add(1.2.3, 1)")', '"1.2.3" is not a number'],
    ['string a (vt.pattern = "(")', 'vt.pattern: Invalid regular expression'],
  ])('refuses %s', (field, message) => {
    expect(messages(`1: ${field}`)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [
      'i32 a (vt.gtt = "1")',
      'vt.gtt is not a rule for i32; there are vt.const, vt.lt, vt.le, vt.gt',
    ],
    ['i32 a (vt.gt = "@size($a)")', 'there is no function @size; there are len, sprintf,'],
    ['string a (vt.pattern = "[[:alpha:]]")', 'write a class such as [[:alpha:]] as [A-Za-z]'],
    ['string a (vt.pattern = "(?P<x>y)")', 'write (?<name>…) for (?P<name>…)'],
    ['string a (vt.pattern = "a(?i)b")', 'put flags such as (?i) once, at the start'],
    ['string a (vt.pattern = "\\\\pL")', 'write \\p{L} for \\pL'],
    ['string a (vt.pattern = "\\\\Ax")', 'write ^ for \\A'],
    ['list<i32> a (vt.elem.gtt = "1")', 'vt.elem.gtt is not a rule for i32'],
  ])('leaves out %s and warns', (field, message) => {
    const warnings: Diagnostic[] = [];
    const schema = schemaOf(`  1: ${field}\n  2: i32 b (vt.gt = "1", vt.other = "2")`);
    const [struct] = schema.files[schema.root]!.structs.slice(-1);
    const constraints = readConstraints(schema, (warning) => warnings.push(warning));
    const rules = struct!.fields.map((each) => constraints.get(struct!)?.fields.get(each)?.rules);

    expect(warnings[0]).toMatchObject({ file: 'main.thrift', line: 4 });
    expect(warnings[0]?.message).toMatch(/^field "a" is not checked for this: vt\./);
    expect(warnings[0]?.message).toContain(message);
    expect(warnings.slice(1)).toMatchObject([{ line: 5 }]);
    expect(rules).toMatchObject([[], [{ name: 'gt' }]]);
  });

  it('ignores unknown annotations of a struct and warns', () => {
    const warnings: Diagnostic[] = [];
    const annotations =
      '(vt.unique = "a", vt.assert = "@missing($a)", vt.assert = "@equal($a, 1)")';
    readConstraints(schemaOf('1: i32 a', annotations), (warning) => warnings.push(warning));

    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('struct "S" is not checked for this: vt.unique'),
      expect.stringContaining('struct "S" is not checked for this: there is no function @missing'),
    ]);
  });

  it.each([
    ['(vt.gt = "1")', 'vt.gt belongs on a field; a struct takes vt.assert'],
    ['(vt.assert = "true")', 'vt.assert takes a call such as @equal($a, $b), not "true"'],
  ])('refuses %s on a struct', (annotations, message) => {
    expect(messages('1: i32 a', annotations)).toEqual([expect.stringContaining(message)]);
  });

  it('bounds how deep functions go', () => {
    const deep = `${'@add('.repeat(1000)}1`;

    expect(messages(`1: i32 a (vt.gt = "${deep}")`)).toEqual([
      expect.stringContaining('calls nested more than 16 deep'),
    ]);
  });
});
