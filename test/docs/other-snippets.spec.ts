import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { parseAllDocuments } from 'yaml';
import { anchorsOf, documentationFiles, proseOf, snippetsOf } from './markdown.js';

const files = documentationFiles();

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
