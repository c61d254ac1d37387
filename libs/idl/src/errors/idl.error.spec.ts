import { loadSchemaFromText } from '../loader/load-schema.js';
import { renderDiagnostic, type Diagnostic } from './diagnostic.js';
import { IdlError } from './idl.error.js';

describe('an IdlError', () => {
  it('shows the line with a caret under the place', () => {
    expect(() => loadSchemaFromText('struct A {\n\t1: Missing a\n}')).toThrow(
      'main.thrift:2:5: unknown type "Missing"\n  \t1: Missing a\n  \t   ^',
    );
  });

  it('has a stable code and its faults as data', () => {
    const error = new IdlError([fault({ expected: '"}"' })]);
    expect(error).toMatchObject({ name: 'IdlError', code: 'INVALID_IDL' });
    expect(error.diagnostics[0]).toMatchObject({ line: 1, column: 2, expected: '"}"' });
    expect(error.message).toBe('a.thrift:1:2: wrong, expected "}"\n  abc\n   ^');
  });

  it('renders twenty faults and counts the rest', () => {
    const error = new IdlError(Array.from({ length: 25 }, () => fault({})));
    expect(error.message.split('\n')).toHaveLength(20 * 3 + 1);
    expect(error.message).toMatch(/… and 5 more$/);
  });
});

describe('a rendered diagnostic', () => {
  it('has its caret under the place behind wide characters', () => {
    const rendered = renderDiagnostic(fault({ sourceLine: '/* 用户 */ x', column: 10 }));
    expect(rendered.split('\n').slice(1)).toEqual(['  /* 用户 */ x', `  ${' '.repeat(11)}^`]);
  });

  it('shows of an endless line the part around the caret', () => {
    const sourceLine = `${'a'.repeat(500)}X${'b'.repeat(500)}`;
    const [, shown = '', caret = ''] = renderDiagnostic(fault({ column: 501, sourceLine })).split(
      '\n',
    );
    expect(shown.length).toBeLessThan(130);
    expect(shown[caret.indexOf('^')]).toBe('X');
  });

  it('is one line when there is no text to show', () => {
    expect(renderDiagnostic(fault({ sourceLine: '' }))).toBe('a.thrift:1:2: wrong');
  });
});

function fault(changes: Partial<Diagnostic>): Diagnostic {
  const usual = { file: 'a.thrift', line: 1, column: 2, message: 'wrong', sourceLine: 'abc' };
  return { ...usual, ...changes };
}
