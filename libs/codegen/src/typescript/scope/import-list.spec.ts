import { NamePool } from '../naming/name-pool.js';
import { ImportList } from './import-list.js';

function imports(taken: string[] = []): ImportList {
  return new ImportList(new NamePool(taken), /^v\d+$/);
}

describe('ImportList', () => {
  it('writes what was used, sorted, types apart from values', () => {
    const list = imports();
    list.namespace('./shared.js', 'shared', 'type');
    list.name('b', 'two', 'value');
    list.name('b', 'Three', 'type');
    list.name('b', 'one', 'value');
    list.name('a', 'one', 'type');

    expect(String(list)).toBe(
      [
        `import type { one as one_ } from 'a';`,
        `import { one, two } from 'b';`,
        `import type { Three } from 'b';`,
        `import type * as shared from './shared.js';`,
        '',
      ].join('\n'),
    );
  });

  it('imports a module as a value as soon as one use needs it at run time', () => {
    const list = imports();
    list.namespace('./shared.js', 'shared', 'type');
    list.namespace('./shared.js', 'shared', 'value');

    expect(String(list)).toBe(`import * as shared from './shared.js';\n`);
  });

  it('gives an import another name where its own is taken or would be shadowed', () => {
    const list = imports(['Observable']);

    expect(list.name('rxjs', 'Observable', 'type')).toBe('Observable_');
    expect(list.namespace('./v1.js', 'v1', 'value')).toBe('v1_');
  });

  it('breaks long lines', () => {
    const list = imports();
    for (let i = 0; i < 20; i++) {
      list.name('runtime', `helper${i}`, 'value');
    }

    expect(String(list)).toMatch(/^import \{\n {2}helper0,\n {2}helper1,\n/);
  });
});
