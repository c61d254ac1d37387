import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { GeneratedFolder } from '#test/generated-folder.js';
import { memoryIo } from '#test/memory-io.js';
import { run } from '../../main.js';

/** The service of the samples: six structs, an exception and four methods in 64 lines. */
const USER_IDL = path.resolve('apps/idl/user.thrift');
const MAX_LINES_PER_LINE = 160 / 64;
const PAINT_IDL = `
enum Color { RED = 1, GREEN = 2 }
struct Bucket { 1: required Color color, 2: list<Bucket> inside }
exception Empty { 1: string message }
service Painter { Bucket Paint(1: Bucket bucket) throws (1: Empty empty) }
`;

const folder = new GeneratedFolder();

beforeAll(async () => {
  folder.write([
    { path: 'user.thrift', text: readFileSync(USER_IDL, 'utf8') },
    { path: 'paint.thrift', text: PAINT_IDL },
  ]);
  await run(['gen', 'user.thrift', 'paint.thrift', '-o', 'gen'], memoryIo(folder.path));
});

afterAll(() => folder.remove());

/** The size of a program that uses what it imports of generated code, in bytes. */
async function bundledBytes(imported: string): Promise<number> {
  const program = `import { ${imported} } from './gen/paint.ts';\nconsole.log(${imported});\n`;
  folder.write([{ path: `${imported}.ts`, text: program }]);
  const bundle = await rolldown({
    input: path.join(folder.path, `${imported}.ts`),
    platform: 'node',
    resolve: {
      conditionNames: ['@nestjs-thrift/source', 'import', 'node', 'default'],
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  });
  // Without an ignore list, whose default is a RegExp of the realm of jest, which native code does not know.
  const { output } = await bundle.generate({ minify: true, sourcemapIgnoreList: false });
  await bundle.close();
  return output.reduce((bytes, chunk) => bytes + ('code' in chunk ? chunk.code.length : 0), 0);
}

describe('the size of generated code', () => {
  it('is at most two and a half lines for each line of IDL', () => {
    const idl = readFileSync(USER_IDL, 'utf8').split('\n').length;
    const code = readFileSync(path.join(folder.path, 'gen/user.ts'), 'utf8').split('\n').length;
    expect(code).toBeLessThanOrEqual(idl * MAX_LINES_PER_LINE);
  });

  it('is less than a kilobyte in a bundle of a program that uses one enum', async () => {
    expect(await bundledBytes('Color')).toBeLessThan(1_000);
    // What takes no codec is small because the rest is left out, not because nothing is bundled.
    expect(await bundledBytes('Painter')).toBeGreaterThan(20_000);
  });
});
