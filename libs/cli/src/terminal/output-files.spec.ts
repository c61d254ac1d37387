import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOutputFiles } from './output-files.js';

describe('writeOutputFiles', () => {
  let folder: string;
  const file = (name: string, text: string) => ({ name, path: join(folder, name), text });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('creates folders and replaces files, and leaves nothing else', () => {
    writeFileSync(join(folder, 'b.ts'), 'old');
    writeOutputFiles([file('a/a.ts', 'new a'), file('b.ts', 'new b')]);

    expect([read('a/a.ts'), read('b.ts')]).toEqual(['new a', 'new b']);
    expect(readdirSync(folder).toSorted()).toEqual(['a', 'b.ts']);
    expect(readdirSync(join(folder, 'a'))).toEqual(['a.ts']);
  });

  it('keeps the mode of a file and the symbolic link to one', () => {
    writeFileSync(join(folder, 'real.ts'), 'old');
    chmodSync(join(folder, 'real.ts'), 0o640);
    symlinkSync('real.ts', join(folder, 'link.ts'));
    writeOutputFiles([file('link.ts', 'new')]);

    expect(read('real.ts')).toBe('new');
    expect(statSync(join(folder, 'real.ts')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(folder, 'link.ts')).isSymbolicLink()).toBe(true);
  });

  it('changes nothing if the last of the files cannot be written', () => {
    writeFileSync(join(folder, 'a.ts'), 'old');
    writeFileSync(join(folder, 'file'), '');

    expect(() => writeOutputFiles([file('a.ts', 'new'), file('file/b.ts', 'new')])).toThrow(
      'cannot write file/b.ts: a part of the path is a file, not a folder',
    );
    expect(read('a.ts')).toBe('old');
    expect(readdirSync(folder).toSorted()).toEqual(['a.ts', 'file']);
  });

  it('names a folder in the place of a file', () => {
    mkdirSync(join(folder, 'a.ts'));

    expect(() => writeOutputFiles([file('a.ts', 'new')])).toThrow(
      'cannot write a.ts: it is a folder',
    );
  });
});
