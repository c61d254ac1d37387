import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { unaryMethod } from '#test/methods.js';
import { decode, encode } from '../../test/bytes.js';
import { compileSchema, type CompileOptions } from '../from-idl/compile-schema.js';

const schema = loadSchemaFromText(`
  struct Leaf { 1: required string text }
  struct Tree { 1: required Leaf leaf, 2: list<Tree> trees }
  service Trees { Tree grow(1: Tree tree, 2: Leaf leaf) }
`);
const tree = { leaf: { text: 'a' }, trees: [{ leaf: { text: 'b' }, trees: undefined }] };

describe.each<CompileOptions>([{ codeGeneration: 'auto' }, { codeGeneration: 'off' }])(
  'a codec compiled with %j',
  (options) => {
    const compile = () => compileSchema(schema, options);

    it.each(['Binary', 'Compact'] as const)(
      'has methods for %s that are replaced by their first calls, and then stay',
      (protocol) => {
        const codec = compile().struct('Tree');
        const use = () => decode(codec, protocol, encode(codec, protocol, tree));
        const methods = [codec[`write${protocol}`], codec[`read${protocol}`]];
        expect(use()).toEqual(tree);
        const made = [codec[`write${protocol}`], codec[`read${protocol}`]];
        expect(use()).toEqual(tree);

        expect(made[0]).not.toBe(methods[0]);
        expect(made[1]).not.toBe(methods[1]);
        expect([codec[`write${protocol}`], codec[`read${protocol}`]]).toEqual(made);
      },
    );

    it('works however its first call ends, and for who has kept a copy of it', () => {
      const codec = compile().struct('Tree');
      const copy = { ...codec };
      const bytes = encode(compile().struct('Tree'), 'Binary', tree);
      expect(() => decode(codec, 'Binary', bytes.subarray(0, 3))).toThrow('bytes');
      expect(decode(codec, 'Binary', bytes)).toEqual(tree);
      expect(decode(copy, 'Binary', bytes)).toEqual(tree);
      expect(() => encode(codec, 'Binary', {})).toThrow('Tree.leaf: required field is missing');
    });

    it('makes nothing for structs that do not occur', () => {
      const compiled = compile();
      const leaf = compiled.struct('Leaf');
      const { args } = unaryMethod(compiled.service('Trees'), 'grow');
      const before: Record<string, unknown> = { ...leaf };
      encode(args, 'Binary', {});
      expect({ ...leaf }).toEqual(before);
      encode(args, 'Binary', { leaf: { text: 'a' } });
      const after = { ...leaf };
      expect(after).not.toEqual(before);
      expect(Object.assign(after, { writeBinary: before['writeBinary'] })).toEqual(before);
    });

    it('shares what is made with the codecs that lead to it', () => {
      const compiled = compile();
      const { args, result } = unaryMethod(compiled.service('Trees'), 'grow');
      const values = { tree, leaf: { text: 'c' } };
      const leaf = encode(compiled.struct('Leaf'), 'Compact', values.leaf);
      expect(decode(compiled.struct('Leaf'), 'Compact', leaf)).toEqual(values.leaf);
      expect(decode(args, 'Compact', encode(args, 'Compact', values))).toEqual(values);
      expect(decode(result, 'Compact', encode(result, 'Compact', { success: tree }))).toEqual({
        success: tree,
      });
    });
  },
);

it('asks for missing definitions at once, not when a codec is first used', () => {
  const file = schema.files['main.thrift']!;
  const structs = file.structs.filter(({ name }) => name !== 'Leaf');
  const compiled = compileSchema({ ...schema, files: { 'main.thrift': { ...file, structs } } });

  expect(() => compiled.struct('Tree')).toThrow('main.thrift defines no struct Leaf');
  expect(() => compiled.service('Trees')).toThrow('main.thrift defines no struct Leaf');
});
