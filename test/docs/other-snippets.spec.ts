import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { parseAllDocuments } from 'yaml';
import { anchorsOf, documentationFiles, proseOf, snippetsOf } from './markdown.js';

const files = documentationFiles();

/** The options of each command, of the generated page. */
const COMMANDS = new Map(
  readFileSync('docs/reference/commands.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      /^`(.*)`/.exec(section)?.[1] ?? '',
      new Set(['--help', ...(section.match(/(?<=^\| `[^`]*)--[\w-]+|(?<=^\| `)-\w\b/gm) ?? [])]),
    ]),
);
/** Files of this repository that a line of a shell names. */
const OWN_FILE = /(?:\bbash |kubectl apply -f |docker build -f )((?:scripts|deploy|\.ci)\S*)/g;

interface Command {
  readonly name: string;
  readonly options: readonly string[];
}

/** What a page runs of the command line, in snippets and in inline code. */
function commandsOf(file: string): Command[] {
  const snippets = snippetsOf(file, ['sh', 'bash', 'text', 'yaml', 'json']).map(({ code }) => code);
  const inline = [...proseOf(file).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  const lines = [...snippets, ...inline].flatMap((code) =>
    code.replaceAll(/\\\n\s*/g, ' ').split(/\n|&&|;|\|/),
  );
  return lines.flatMap((line) => {
    const [, name, rest = ''] = /(?:^|[\s"])nestjs-thrift ([a-z][a-z-]*)(.*)/.exec(line) ?? [];
    const options =
      rest.replace(/ #.*| -- .*|'[^']*'/g, '').match(/(?<= )--?[a-zA-Z][\w-]*/g) ?? [];
    return name === undefined ? [] : [{ name, options }];
  });
}

describe('the documentation', () => {
  it('has Thrift that parses', () => {
    for (const { code, file, line } of files.flatMap((name) => snippetsOf(name, ['thrift']))) {
      expect(() => loadSchemaFromText(code, { file: `${file}:${line}` })).not.toThrow();
    }
  });

  it('has YAML that parses', () => {
    for (const { code, file, line } of files.flatMap((name) => snippetsOf(name, ['yaml']))) {
      const errors = parseAllDocuments(code).flatMap((document) => document.errors);
      expect({ file, line, errors }).toEqual({ file, line, errors: [] });
    }
  });

  it('has JSON that parses', () => {
    for (const { code } of files.flatMap((name) => snippetsOf(name, ['json']))) {
      expect(() => JSON.parse(code) as unknown).not.toThrow();
    }
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const { code, file } of files.flatMap((name) => snippetsOf(name, ['sh', 'bash']))) {
      for (const [, script] of code.matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)) {
        expect({ file, script, exists: script! in scripts }).toEqual({
          file,
          script,
          exists: true,
        });
      }
    }
  });

  it('runs only commands of nestjs-thrift that exist, with their options', () => {
    const unknown = files.flatMap((file) =>
      commandsOf(file).flatMap(({ name, options }) => {
        const known = COMMANDS.get(name);
        const wrong = known === undefined ? [name] : options.filter((each) => !known.has(each));
        return wrong.map((each) => `${file}: nestjs-thrift ${name} ${each}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('runs only scripts, and applies only files, that exist', () => {
    const missing = files.flatMap((file) =>
      snippetsOf(file, ['sh', 'bash']).flatMap(({ code }) =>
        [...code.matchAll(OWN_FILE)]
          .map(([, path]) => path!)
          .filter((path) => !existsSync(path))
          .map((path) => `${file}: ${path}`),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('links only to files that exist', () => {
    for (const file of files) {
      for (const [, link] of proseOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        const target = join(dirname(file), link!);
        expect({ file, link, exists: existsSync(target) }).toEqual({ file, link, exists: true });
      }
    }
  });

  it('links only to headings that exist', () => {
    for (const file of files) {
      const links = proseOf(file).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g);
      for (const [, path, anchor] of links) {
        const target = path === '' ? file : join(dirname(file), path!);
        const exists = !target.endsWith('.md') || anchorsOf(target).includes(anchor!);
        expect({ file, path, anchor, exists }).toEqual({ file, path, anchor, exists: true });
      }
    }
  });
});
