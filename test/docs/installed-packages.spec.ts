import { documentationFiles, snippetsOf } from './markdown.js';

const PACKAGE = /@nestjs-thrift\/\w+/;
/** What every reader has installed. */
const QUICK_START = ['@nestjs-thrift/microservice', '@nestjs-thrift/cli'];
/** READMEs of packages are about a package that is installed, and about what it brings along. */
const guides = documentationFiles().filter(
  (file) => file.startsWith('docs/') || file === 'README.md',
);

function packagesImported(file: string): Set<string> {
  const imports = snippetsOf(file, ['ts']).flatMap(({ code }) => [
    ...code.matchAll(/(?:from|import)\s*\(?'(@nestjs-thrift\/[^']+)'/g),
  ]);
  return new Set(imports.map(([, name]) => PACKAGE.exec(name!)![0]));
}

function packagesInstalled(file: string): Set<string> {
  const commands = snippetsOf(file, ['sh']).flatMap(
    ({ code }) => code.match(/^npm install .*$/gm) ?? [],
  );
  return new Set(commands.flatMap((command) => command.match(/@nestjs-thrift\/\w+/g) ?? []));
}

// Strict package managers resolve nothing else.
it.each(guides)('%s installs the packages that its snippets import', (file) => {
  const installed = new Set([...QUICK_START, ...packagesInstalled(file)]);

  expect([...packagesImported(file)].filter((name) => !installed.has(name))).toEqual([]);
});
