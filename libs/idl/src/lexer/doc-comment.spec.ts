import { loadSchemaFromText } from '../loader/load-schema.js';
import type { FileSchema } from '../schema/schema.js';
import { cleanDocComment } from './doc-comment.js';

describe('the text of a doc comment', () => {
  it.each([
    ['/** One line. */', 'One line.'],
    ['/**\n * First.\n *\n *   Indented.\n */', 'First.\n\n  Indented.'],
    ['/** First\n  * second. */', 'First\nsecond.'],
    ['/**\n  No stars.\n    Indented.\n  */', 'No stars.\n  Indented.'],
    ['/**\n * A star.\n no star.\n */', '* A star.\nno star.'],
    ['/** Trailing blanks   \n * are cut.   */', 'Trailing blanks\nare cut.'],
    ['/***** Many stars *****/', 'Many stars'],
    ['/**\r\n * CRLF\r\n */', 'CRLF'],
    ['/**tight*/', 'tight'],
  ])('of %j is %j', (raw, text) => {
    expect(cleanDocComment(raw)).toBe(text);
  });

  it.each(['/** */', '/**\n *\n *\n */'])('of %j is nothing', (raw) => {
    expect(cleanDocComment(raw)).toBeUndefined();
  });
});

describe('a doc comment', () => {
  const load = (text: string): FileSchema => {
    const file = loadSchemaFromText(text).files['main.thrift'];
    if (file === undefined) {
      throw new Error('the file is missing');
    }
    return file;
  };

  it('documents the definition behind it, over other comments', () => {
    const { structs, doc } = load('/** Doc. */\n// other\n/* another */ # third\nstruct A {}');
    expect(structs[0]?.doc).toBe('Doc.');
    expect(doc).toBeUndefined();
  });

  it('documents the file if a header or another comment follows', () => {
    expect(load('/** File. */ namespace go x\nstruct A {}')).toMatchObject({ doc: 'File.' });
    const { doc, structs } = load('/** File. */\n/** Struct. */\nstruct A {}');
    expect([doc, structs[0]?.doc]).toEqual(['File.', 'Struct.']);
    expect(load('/** Only. */').doc).toBe('Only.');
  });

  it('documents nothing twice', () => {
    const { structs, enums } = load('/** A. */ struct A {}\nstruct B {}\nenum C {}');
    expect(structs.map(({ doc }) => doc)).toEqual(['A.', undefined]);
    expect(enums[0]?.doc).toBeUndefined();
  });

  it('at the end of a line documents what the line says', () => {
    const { structs, constants } = load(
      [
        'struct A { /** a */',
        '  1: i32 a, /** not b */',
        '  2: i32 b /** b */',
        '  /** c */',
        '  3: i32 c; /** not c */',
        '} /** A */',
        'const i32 D = 1 /** d */',
        'const i32 E = 1',
      ].join('\n'),
    );
    expect(structs[0]?.fields.map(({ doc }) => doc)).toEqual(['a', 'b', 'c']);
    expect(structs[0]?.doc).toBe('A');
    expect(constants.map(({ doc }) => doc)).toEqual(['d', undefined]);
  });

  it('is none without text', () => {
    expect(load('/**/ /***/ /** */ struct A {}').structs[0]).not.toHaveProperty('doc');
  });

  it('documents methods, parameters and exceptions', () => {
    const [service] = load(
      'exception X {} service S { /** m */ void m(/** p */ 1: i32 p) throws (/** x */ 1: X x) }',
    ).services;
    const [method] = service?.methods ?? [];
    expect(method?.doc).toBe('m');
    expect(method?.parameters[0]?.doc).toBe('p');
    expect(method?.exceptions[0]?.doc).toBe('x');
  });
});
