import type { StructCodec } from '@nestjs-thrift/codec';
import { compileSchema, type StructShape } from '@nestjs-thrift/codec/compiler';
import { generateTypeScript } from '@nestjs-thrift/codegen';
import { GeneratedFolder } from '#test/generated-folder.js';
import { onewayMethod, unaryMethod } from '#test/methods.js';
import { decode, encode, PROTOCOLS } from '../../../test/support/codecs.js';
import { fixture } from '../../../test/support/generate.js';

type Module = Record<string, unknown>;

/** Annotations by field. Entries, because a matcher would look past a key named `__proto__`. */
function annotationsOf(struct: unknown): [string, [string, readonly string[]][]][] {
  const { fields } = struct as StructShape;
  return fields.map(({ name, annotations }) => [name, Object.entries(annotations)]);
}

describe.each(['lazy', 'static'] as const)('annotations of fields with %s codecs', (codecs) => {
  const schema = fixture('annotations.thrift');
  const compiled = compileSchema(schema);
  const folder = new GeneratedFolder();
  let all: Module;
  let some: Module;
  let none: Module;

  beforeAll(async () => {
    const load = async (name: string, annotations?: (key: string) => boolean) => {
      const files = generateTypeScript(schema, { codecs, ...(annotations && { annotations }) });
      folder.write(files.map(({ path, text }) => ({ path: `${name}/${path}`, text })));
      return folder.import<Module>(`${name}/annotations.ts`);
    };
    all = await load('all', () => true);
    some = await load('some', (key) => key === 'api.query');
    none = await load('none');
  });

  afterAll(() => folder.remove());

  it('have the keys, values and order of the IDL, whatever they mean to JavaScript', () => {
    expect(annotationsOf(all['AnnotatedSchema'])).toEqual([
      [
        'id',
        [
          ['api.path', ['id']],
          ['__proto__', ['own']],
          ['constructor', ['c']],
          ['class', ['d']],
          ['toString', ['e']],
        ],
      ],
      [
        'text',
        [
          ['quotes', [`it's "quoted"`]],
          ['lines', ['one\ntwo']],
          ['slash', ['a\\b']],
          ['braces', ['${x} `y` */']],
        ],
      ],
      [
        'tags',
        [
          ['api.query', ['tag', 'tags', 'tag']],
          ['other', ['x']],
        ],
      ],
      ['flag', [['deprecated', ['1']]]],
      ['plain', []],
    ]);
  });

  it('leave prototypes alone', () => {
    const [id] = (all['AnnotatedSchema'] as StructShape).fields;

    expect(Object.getPrototypeOf(id!.annotations)).toBe(Object.prototype);
  });

  it.each(['Annotated', 'Choice', 'Failure'])('are in %s what compiled IDL has', (name) => {
    expect(annotationsOf(all[`${name}Schema`])).toEqual(annotationsOf(compiled.struct(name)));
  });

  it('are in parameters and declared exceptions what compiled IDL has', () => {
    const generated = all['Notes'] as ReturnType<typeof compiled.service>;
    const atRunTime = compiled.service('Notes');
    const note = unaryMethod(generated, 'Note');

    expect(annotationsOf(note.args)).toEqual([
      ['id', [['api.path', ['id']]]],
      ['text', []],
    ]);
    expect(annotationsOf(note.result)).toEqual([
      ['success', []],
      ['failure', [['note', ['first']]]],
    ]);
    expect(annotationsOf(note.args)).toEqual(annotationsOf(unaryMethod(atRunTime, 'Note').args));
    expect(annotationsOf(note.result)).toEqual(
      annotationsOf(unaryMethod(atRunTime, 'Note').result),
    );
    expect(annotationsOf(onewayMethod(generated, 'Forget').args)).toEqual(
      annotationsOf(onewayMethod(atRunTime, 'Forget').args),
    );
  });

  it('are only those that are asked for', () => {
    expect(annotationsOf(some['AnnotatedSchema'])).toEqual([
      ['id', []],
      ['text', []],
      ['tags', [['api.query', ['tag', 'tags', 'tag']]]],
      ['flag', []],
      ['plain', []],
    ]);
    expect(annotationsOf(none['AnnotatedSchema']).flatMap(([, entries]) => entries)).toEqual([]);
  });

  it('leave defaults alone', () => {
    const { create } = all['AnnotatedSchema'] as { create: (init: object) => object };

    expect(create.call(all['AnnotatedSchema'], { id: 1n })).toMatchObject({
      text: 't',
      tags: ['a'],
    });
  });

  it.each(PROTOCOLS)('change no byte, in %s', (protocol) => {
    const value = { id: 1n, text: 'x', tags: ['y'], flag: true, plain: 5 };
    const bytes = encode(all['AnnotatedSchema'] as StructCodec, value, protocol);

    expect(bytes).toEqual(encode(none['AnnotatedSchema'] as StructCodec, value, protocol));
    expect(decode(all['AnnotatedSchema'] as StructCodec, bytes, protocol)).toEqual(value);
  });
});
