import { posix, relative } from 'node:path';

/** Path with forward slashes and without detours. */
export function normalizePath(path: string): string {
  return posix.normalize(path.replaceAll('\\', '/'));
}

/** Path of a file as the schema names it. */
export function schemaPath(baseDir: string, path: string): string {
  return relative(baseDir, path).replaceAll('\\', '/');
}

/** Where an included file may be, the likeliest first. */
export function includeCandidates(
  includingPath: string,
  included: string,
  includeDirs: readonly string[],
): string[] {
  const path = normalizePath(included);
  if (posix.isAbsolute(path) || /^[A-Za-z]:\//.test(path)) {
    return [path];
  }
  return [posix.dirname(includingPath), ...includeDirs].map((folder) => posix.join(folder, path));
}

/** The name by which other files refer to a file's definitions. */
export function prefixOf(path: string): string {
  const name = posix.basename(path);
  return name.endsWith('.thrift') ? name.slice(0, -'.thrift'.length) : posix.parse(name).name;
}
