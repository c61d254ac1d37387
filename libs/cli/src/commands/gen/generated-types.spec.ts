import { GeneratedFolder } from '../../../test/support/generated-folder.js';
import { fixture, generated } from '../../../test/support/generate.js';
import { typeCheck } from '../../../test/support/type-check.js';

describe('generated TypeScript', () => {
  const folder = new GeneratedFolder();
  afterAll(() => folder.remove());

  it('type-checks under the strictest settings', () => {
    const files = [...generated(fixture('everything.thrift')), ...generated(fixture('clashes.thrift'))];
    folder.write(files);

    expect(typeCheck(folder.path, files.map(({ path }) => path))).toEqual([]);
  }, 300_000);
});
