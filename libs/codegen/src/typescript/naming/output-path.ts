const EXTENSION = /\.thrift$/;

/** Path of the generated file of an IDL file. */
export function outputPath(file: string): string {
  return `${file.replace(EXTENSION, '')}.ts`;
}

/** What one generated file writes to import another: a relative path that ends in `.js`. */
export function moduleSpecifier(from: string, to: string): string {
  const fromFolders = from.split('/').slice(0, -1);
  const target = to.split('/');
  let shared = 0;
  while (shared < fromFolders.length && fromFolders[shared] === target[shared]) shared++;
  const up = '../'.repeat(fromFolders.length - shared) || './';
  return `${up}${target.slice(shared).join('/').replace(EXTENSION, '')}.js`;
}
