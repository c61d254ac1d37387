import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const CACHE = resolve('libs/cli/.cache');

/** A temporary folder inside the package, from where code finds the workspace packages by name. */
export class GeneratedFolder {
  readonly path: string;

  constructor() {
    mkdirSync(CACHE, { recursive: true });
    this.path = mkdtempSync(join(CACHE, 'gen-'));
    writeFileSync(join(this.path, 'package.json'), '{ "type": "module" }');
  }

  write(files: readonly { readonly path: string; readonly text: string }[]): void {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), text);
    }
  }

  import<T>(path: string): Promise<T> {
    return import(pathToFileURL(join(this.path, path)).href) as Promise<T>;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
