import { GeneratedFolder } from '../../../test/support/generated-folder.js';
import { fixture, generated } from '../../../test/support/generate.js';
import { typeCheck } from '../../../test/support/type-check.js';

describe('generated TypeScript', () => {
  const folder = new GeneratedFolder();
  afterAll(() => folder.remove());

  it.each([[['binary', 'compact']], [['binary']], [['compact']]] as const)(
    'type-checks under the strictest settings, for %j',
    (protocols) => {
      const files = ['everything.thrift', 'clashes.thrift'].flatMap((file) =>
        generated(fixture(file), 'bigint', protocols),
      );
      folder.write(files);

      expect(
        typeCheck(
          folder.path,
          files.map(({ path }) => path),
        ),
      ).toEqual([]);
    },
    300_000,
  );
});
