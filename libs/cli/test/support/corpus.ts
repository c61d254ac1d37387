import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadSchema, type Schema } from '@nestjs-thrift/idl';

/** Not valid, and not meant to be. */
const BROKEN = 'BrokenConstants.thrift';

const folder = process.env['THRIFT_IDL_CORPUS'];

if (folder === undefined) {
  console.warn('THRIFT_IDL_CORPUS names no folder: no code is generated from Apache Thrift files');
}

/** Everything that is valid in the IDL files of Apache Thrift, in one schema; `undefined` where they are not there. */
export const corpus = folder === undefined ? undefined : loadCorpus(join(folder, 'apache'));

function loadCorpus(apache: string): Schema {
  const names = readdirSync(apache).filter((name) => name !== BROKEN);
  const all = names.map((name) => `include "${name}"\n`).join('');
  // One file includes an older edition from a folder that is not part of the corpus: any edition will do.
  const { files } = loadSchema('all.thrift', {
    implicitFieldIds: 'apache',
    readFile: (path) => {
      if (path === 'all.thrift') {
        return all;
      }
      return names.includes(basename(path))
        ? readFileSync(join(apache, basename(path)), 'utf8')
        : undefined;
    },
  });
  return { root: 'all.thrift', files };
}
