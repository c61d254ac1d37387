// Holds what the API pages show: every export of every entry of a package but `/internal`, and nothing else. Fails for an entry that is
// missing from typedoc.json, an export that the pages leave out or that has no doc comment, and a comment that links to nothing. Prints one
// line for each fault.
import { readdirSync, readFileSync } from 'node:fs';
import { Application, ReflectionKind, TSConfigReader, TypeDocReader } from 'typedoc';

const app = await Application.bootstrap({}, [new TypeDocReader(), new TSConfigReader()]);
const project = await app.convert();
if (project === undefined) {
  process.exit(1);
}
app.validate(project);

const undocumented = (project.children ?? []).flatMap((entry) =>
  (entry.children ?? [])
    .filter((item) => !item.isReference() && !isDocumented(item))
    .map((item) => `${entry.name}: ${ReflectionKind.singularString(item.kind)} ${item.name}`),
);
const faults = [
  ...hiddenExports().map(
    (name) => `${name} is exported and not on the API pages: remove @internal`,
  ),
  ...[...app.options.getValue('entryPoints')]
    .filter((path) => path.includes('/internal/'))
    .map((path) => `${path} is for the packages of the project alone: remove it from typedoc.json`),
  ...undocumented.map((name) => `${name} has no doc comment`),
  ...missingEntries().map((entry) => `${entry} is missing from typedoc.json`),
];
for (const fault of faults) {
  console.error(fault);
}
if (faults.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) {
  process.exit(1);
}
console.log(`all exports of ${project.children?.length} entries have a doc comment`);

/** @param {import('typedoc').DeclarationReflection} item */
function isDocumented(item) {
  return item.hasComment() || (item.signatures ?? []).some((signature) => signature.hasComment());
}

/** Exports of entries that the pages do not show, which would be public and marked as internal. */
function hiddenExports() {
  const shown = new Map(
    (project?.children ?? []).map(({ name, children = [] }) => [
      name,
      new Set(children.map((item) => item.name)),
    ]),
  );
  return (app.getEntryPoints() ?? []).flatMap(({ displayName, program, sourceFile }) => {
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(sourceFile);
    const exported = module === undefined ? [] : checker.getExportsOfModule(module);
    return exported
      .filter((symbol) => shown.get(displayName)?.has(symbol.name) !== true)
      .map((symbol) => `${displayName}: ${symbol.name}`);
  });
}

/** Sources of the entries that packages export and typedoc does not read; `/internal` is undocumented on purpose. */
function missingEntries() {
  const known = new Set(app.options.getValue('entryPoints'));
  const entries = readManifests().flatMap(({ folder, exports }) =>
    Object.values(exports).flatMap((entry) => {
      const source = entry['@nestjs-thrift/source'];
      return source === undefined || source.includes('/internal/')
        ? []
        : [`${folder}/${source.replace('./', '')}`];
    }),
  );
  return entries.filter((entry) => ![...known].some((path) => path.endsWith(entry)));
}

function readManifests() {
  return readdirSync('libs').map((name) => ({
    folder: `libs/${name}`,
    ...JSON.parse(readFileSync(`libs/${name}/package.json`, 'utf8')),
  }));
}
