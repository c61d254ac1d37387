import type { DefinitionReference, FileSchema, Schema } from '../schema/schema.js';

/** A definition of any kind with its file. */
export interface Placed<T> {
  readonly file: string;
  readonly definition: T;
}

/** Finds what a definition of the old version is in the new one: of the same name, in the same file if there is one. */
export class DefinitionPairs<T extends { readonly name: string }> {
  /** Path in the new version of a file of the old one. */
  readonly #newPathOf: (oldPath: string) => string;

  readonly old: readonly Placed<T>[];
  readonly #byReference = new Map<string, Placed<T>>();
  readonly #byName = new Map<string, Placed<T>[]>();
  readonly #oldReferences: ReadonlySet<string>;

  constructor(
    oldSchema: Schema,
    newSchema: Schema,
    newPathOf: (oldPath: string) => string,
    definitions: (file: FileSchema) => readonly T[],
  ) {
    this.#newPathOf = newPathOf;

    this.old = placed(oldSchema, definitions);
    this.#oldReferences = new Set(
      this.old.map(({ file, definition }) =>
        keyOf({ file: newPathOf(file), name: definition.name }),
      ),
    );
    for (const entry of placed(newSchema, definitions)) {
      const { name } = entry.definition;
      this.#byReference.set(keyOf({ file: entry.file, name }), entry);
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), entry]);
    }
  }

  newOf({ file, name }: DefinitionReference): Placed<T> | undefined {
    const inPlace = this.#byReference.get(keyOf({ file: this.#newPathOf(file), name }));
    if (inPlace !== undefined) {
      return inPlace;
    }
    // It moved if there is one candidate alone, and that was not there before.
    const [moved, ...others] = (this.#byName.get(name) ?? []).filter(
      (entry) => !this.#oldReferences.has(keyOf({ file: entry.file, name })),
    );
    return others.length === 0 ? moved : undefined;
  }
}

function placed<T>(
  { files }: Schema,
  definitions: (file: FileSchema) => readonly T[],
): Placed<T>[] {
  return Object.values(files).flatMap((file) =>
    definitions(file).map((definition) => ({ file: file.path, definition })),
  );
}

function keyOf({ file, name }: DefinitionReference): string {
  return `${file}\0${name}`;
}
