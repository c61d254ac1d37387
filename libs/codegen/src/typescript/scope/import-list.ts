import type { NamePool } from '../naming/name-pool.js';
import { quote } from '../text/literals.js';

/** The value of a key, made when it is asked for first. */
export function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) {
    return found;
  }
  const created = create();
  map.set(key, created);
  return created;
}

const MAX_LINE_LENGTH = 100;

/** Whether an import is needed at run time or by the type checker alone. */
export type ImportUse = 'value' | 'type';

interface NamedImport {
  readonly imported: string;
  readonly local: string;
  use: ImportUse;
}

interface NamespaceImport {
  readonly local: string;
  use: ImportUse;
}

/** The imports of one file, found out while its text is written. */
export class ImportList {
  readonly #pool: NamePool;
  readonly #localNames: RegExp;

  readonly #named = new Map<string, Map<string, NamedImport>>();
  readonly #namespaces = new Map<string, NamespaceImport>();

  /**
   * @param pool names already taken in the file
   * @param localNames names that would be shadowed where an imported file is referred to
   */
  constructor(pool: NamePool, localNames: RegExp) {
    this.#pool = pool;
    this.#localNames = localNames;
  }

  /** Imports one export; returns its name in this file. */
  name(module: string, imported: string, use: ImportUse): string {
    const ofModule = getOrAdd(this.#named, module, () => new Map<string, NamedImport>());
    const entry = getOrAdd(ofModule, imported, () => ({
      imported,
      local: this.#pool.take(imported),
      use,
    }));
    if (use === 'value') {
      entry.use = use;
    }
    return entry.local;
  }

  /** Imports all of a module under one name; returns that name. */
  namespace(module: string, wanted: string, use: ImportUse): string {
    const entry = getOrAdd(this.#namespaces, module, () => ({
      local: this.#pool.take(wanted, this.#localNames),
      use,
    }));
    if (use === 'value') {
      entry.use = use;
    }
    return entry.local;
  }

  /** The import declarations, sorted: packages first, then other generated files. */
  toString(): string {
    const packages = [...this.#named.keys()].sort().map((module) => this.#namedLines(module));
    const isFile = (module: string): boolean => module.startsWith('.');
    const namespaces = [...this.#namespaces.keys()].sort();
    const files = [...namespaces.filter((name) => !isFile(name)), ...namespaces.filter(isFile)];
    return [...packages, ...files.map((module) => this.#namespaceLine(module))].join('');
  }

  #namedLines(module: string): string {
    const entries = [...(this.#named.get(module)?.values() ?? [])];
    const clause = (use: ImportUse): string => {
      const names = entries
        .filter((entry) => entry.use === use)
        .map(({ imported, local }) => (imported === local ? local : `${imported} as ${local}`))
        .sort();
      if (names.length === 0) {
        return '';
      }
      const keyword = use === 'type' ? 'import type' : 'import';
      const line = `${keyword} { ${names.join(', ')} } from ${quote(module)};\n`;
      if (line.length <= MAX_LINE_LENGTH) {
        return line;
      }
      return `${keyword} {\n${names.map((name) => `  ${name},\n`).join('')}} from ${quote(module)};\n`;
    };
    return clause('value') + clause('type');
  }

  #namespaceLine(module: string): string {
    const entry = this.#namespaces.get(module);
    const keyword = entry?.use === 'value' ? 'import' : 'import type';
    return `${keyword} * as ${entry?.local} from ${quote(module)};\n`;
  }
}
