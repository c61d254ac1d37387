import type { LoadOptions } from '@nestjs-thrift/idl';
import { Option } from 'commander';
import { collect } from '../connection/connection-options.js';

/** What the options of a command say about loading IDL. */
export interface IdlOptions {
  readonly include: readonly string[];
  readonly implicitFieldIds?: LoadOptions['implicitFieldIds'];
}

/** `--include`. */
export function includeOption(): Option {
  return new Option('-I, --include <folder>', 'look for included files here too; can be repeated')
    .argParser(collect)
    .default([]);
}

/** `--implicit-field-ids`. */
export function implicitFieldIdsOption(): Option {
  return new Option(
    '--implicit-field-ids <compiler>',
    'number fields without an id as this compiler does (default: they are errors)',
  ).choices(['apache', 'kitex']);
}
