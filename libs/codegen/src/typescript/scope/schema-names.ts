import type { Schema } from '@nestjs-thrift/idl';
import { nameFile, type FileNames } from '../naming/file-names.js';

/** The names of all files of a schema, each file named when it is first asked for. */
export class SchemaNames {
  private readonly files = new Map<string, FileNames>();

  constructor(
    readonly schema: Schema,
    readonly localNames: RegExp,
  ) {}

  of(path: string): FileNames {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const file = this.schema.files[path];
    if (file === undefined) throw new Error(`the schema refers to ${path}, which it does not hold`);
    const names = nameFile(file, this.localNames);
    this.files.set(path, names);
    return names;
  }
}
