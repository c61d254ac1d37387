import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { generateTypeScript } from './generate-typescript.js';

function main(idl: string, options: Parameters<typeof generateTypeScript>[1]): string {
  return generateTypeScript(loadSchemaFromText(idl), options)[0]!.text;
}

describe('fieldNames camelCase', () => {
  const options = { fieldNames: 'camelCase', validators: true } as const;

  it('renames fields and parameters wherever they are named', () => {
    const text = main(
      `struct Page { 1: required i32 page_size (vt.le = "$max_size"), 2: i32 max_size }
       union Choice { 1: string first_name, 2: i32 _x1_ }
       exception NotFound { 1: string error_message }
       const Page PAGE = {"page_size": 1}
       const list<Page> PAGES = [{"page_size": 2}]
       struct Holder { 1: Page first_page = {"page_size": 3} }
       service S { Page Get_Page(1: i64 user_id) throws (1: NotFound not_found) }`,
      options,
    );
    for (const part of [
      '  pageSize: t.required(1, t.i32),',
      `Struct<Page, 'pageSize'>`,
      `check.le((fields) => (fields['maxSize'] ?? 0))`,
      '      firstName: string;\n      _x1_?: undefined;',
      '  readonly errorMessage: string | undefined;',
      'frozen({ pageSize: 1, maxSize: undefined })',
      'frozen([{ pageSize: 2, maxSize: undefined }])',
      'firstPage: t.field(1, PageSchema, { default: () => ({ pageSize: 3, maxSize: undefined }) }),',
      '  Get_Page(userId: bigint, options?: t.CallOptions): Promise<Page>;',
      'throws: { notFound: t.optional(1, NotFoundSchema) },',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/page_size|user_id|error_message/);
  });

  it.each([
    ['user_id', 'userId'],
    ['UserId', 'userId'],
    ['userID', 'userID'],
    ['URL', 'URL'],
    ['MAX_SIZE', 'MAXSIZE'],
    ['_private_name', '_privateName'],
    ['trailing_', 'trailing_'],
    ['x__y2_3', 'xY23'],
  ])('names %s %s', (name, expected) => {
    expect(main(`struct S { 1: i32 ${name} }`, options)).toContain(
      `  ${expected}?: number | undefined;`,
    );
  });

  it('rejects fields that would have one name', () => {
    const idl = 'struct S {\n  1: i32 user_id\n  2: i32 userId\n}';
    expect(() => main(idl, options)).toThrow(
      'main.thrift:3:10: fields "user_id" and "userId" would both be called "userId"',
    );
  });
});

describe('defaultFields zero', () => {
  const options = { defaultFields: 'zero' } as const;

  it('gives absent fields of default requiredness the zero of their type, except structs', () => {
    const text = main(
      `enum E { A = 1 }
       struct S { 1: i32 a, 2: string b, 3: list<i32> c, 4: map<i32, i32> d, 5: E e, 6: i64 f, 7: optional i32 g,
                  8: S h, 9: i32 i = 5, 10: binary j, 11: bool k, 12: required i32 l }`,
      options,
    );
    for (const part of [
      '  a: number;',
      '  g?: number | undefined;',
      '  h?: S | undefined;',
      '  i: number;',
      'a: t.field(1, t.i32, { default: 0 }),',
      `b: t.field(2, t.string, { default: '' }),`,
      'c: t.field(3, t.list(t.i32), { default: () => [] }),',
      'd: t.field(4, t.map(t.i32, t.i32), { default: () => new Map<number, number>([]) }),',
      `e: t.field(5, t.enumeration('E', E), { default: (0 as number as E) }),`,
      'f: t.field(6, t.i64, { default: 0n }),',
      'g: t.optional(7, t.i32),',
      'h: t.field(8, SSchema),',
      `j: t.field(10, t.binary, { default: () => Buffer.from('') }),`,
      'k: t.field(11, t.bool, { default: false }),',
      'l: t.required(12, t.i32),',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('keeps parameters needed, which arrive as zeros where a caller left them out', () => {
    const text = main('service S { void f(1: i32 a, 2: i32 b = 1) }', options);
    expect(text).toContain('f(a: number, b?: number | undefined, options?: t.CallOptions)');
    expect(text).toContain(
      'input: { a: t.field(1, t.i32, { default: 0 }), b: t.field(2, t.i32, { default: 1 }) },',
    );
  });
});
