import type { CodecOptions } from '@nestjs-thrift/codec/compiler';
import type { Diagnostic } from '@nestjs-thrift/idl';
import type { FieldOptions } from './adapt-schema.js';
import type { ImportExtension } from './naming/file-names.js';

/** How TypeScript is generated. */
export interface GenerateOptions extends FieldOptions {
  /** What an i64 is: exact `bigint`; `number`, which refuses unsafe values; decimal `string`. Default `bigint`. */
  readonly i64?: CodecOptions['i64'];
  /** What reading does with a string that is not UTF-8: put U+FFFD in its place, or throw. Default `replace`. */
  readonly invalidUtf8?: CodecOptions['invalidUtf8'];
  /**
   * Where codecs come from. `lazy` makes each when it is used first, from the schema in the file. `static` writes them to
   * a file of their own, `user.codec.ts` next to `user.ts`, for processes that must not make code at run time.
   * Default `lazy`.
   */
  readonly codecs?: 'lazy' | 'static';
  /**
   * Module that generated files import from; its `/codecs` and `/validation` are used too. It has to be a dependency of the
   * package that the files are part of. Default `@nestjs-thrift/microservice/runtime`.
   */
  readonly runtime?: string;
  /** How the specifiers of imports between generated files end. Default `js`. */
  readonly importExtension?: ImportExtension;
  /**
   * Also writes a Standard Schema validator for each struct, union and exception, with what their `vt.*` annotations
   * demand. Default `false`.
   */
  readonly validators?: boolean;
  /**
   * Which annotations of the IDL, by name, the schemas of structs, unions and exceptions have for their fields, and service
   * definitions for parameters and declared exceptions. Methods always have all annotations. Default: none.
   */
  readonly annotations?: (name: string) => boolean;
  /**
   * Called with each `vt.*` annotation in a form that validators do not have, such as a rule of another validator; the rest
   * is generated. The position is that of the field. @defaultValue no-op
   */
  readonly onWarning?: (warning: Diagnostic) => void;
  /** Which files to write, by their paths in the schema; others are only referred to. Default: all. */
  readonly only?: (file: string) => boolean;
  /**
   * Gives the path that a file's output mirrors, for files whose own path leads out of the output folder, such as
   * those found in an include folder. Default: the path in the schema.
   */
  readonly mirroredPath?: (file: string) => string;
}

/** Module that generated files import from unless they are generated for another. */
export const NEST_RUNTIME = '@nestjs-thrift/microservice/runtime';

/** The same for projects without Nest. */
export const NODE_RUNTIME = '@nestjs-thrift/transport/runtime';

/** A file to be written. */
export interface GeneratedFile {
  /** Path relative to the output folder, with forward slashes: that of the source, ending in `.ts` or `.codec.ts`. */
  readonly path: string;
  /** Path of the IDL file that the output mirrors. */
  readonly source: string;
  readonly text: string;
}
