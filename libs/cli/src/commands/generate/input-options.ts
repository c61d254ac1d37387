import { Command, Option } from 'commander';
import { implicitFieldIdsOption, includeOption } from '../../idl/idl-options.js';
import { collectAnnotationPatterns } from './annotation-patterns.js';
import type { GenOptions } from './file-generator.js';

/** Declares the arguments and options of `gen` that a configuration file has for each input, too. */
export function declareInput(command: Command): Command {
  return command
    .argument('[patterns...]', '.thrift files, folders, or glob patterns in quotes')
    .option('-o, --out <folder>', 'where the TypeScript goes')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .addOption(
      new Option('--i64 <type>', 'what an i64 is in TypeScript')
        .choices(['bigint', 'number', 'string'])
        .default('bigint'),
    )
    .addOption(
      new Option('--invalid-utf8 <action>', 'what reading does with a string that is not UTF-8')
        .choices(['replace', 'error'])
        .default('replace'),
    )
    .addOption(
      new Option('--codecs <kind>', 'make codecs when they are first used, or write them to files')
        .choices(['lazy', 'static'])
        .default('lazy'),
    )
    .addOption(
      new Option('--field-names <style>', 'names of properties: those of the IDL, or userId')
        .choices(['idl', 'camelCase'])
        .default('idl'),
    )
    .addOption(
      new Option(
        '--default-fields <kind>',
        'value of an absent field of default requiredness: absent, or zero',
      )
        .choices(['optional', 'zero'])
        .default('optional'),
    )
    .addOption(
      new Option('--target <kind>', 'what the project is written with')
        .choices(['nest', 'node'])
        .default('nest'),
    )
    .option('--runtime <module>', 'import from this module instead of that of the target')
    .addOption(
      new Option(
        '--import-extension <extension>',
        'how imports between generated files end (default: as tsconfig.json needs it)',
      ).choices(['js', 'ts', 'none']),
    )
    .option('--validators', 'add Standard Schema validators, with the vt.* annotations of the IDL')
    .addOption(
      new Option(
        '--annotations <patterns>',
        "keep these annotations of fields, such as 'api.*,go.tag'; can be repeated",
      )
        .argParser(collectAnnotationPatterns)
        .default([], 'none'),
    )
    .option(
      '--json-schema',
      'write JSON Schema 2020-12 next to the TypeScript: <file>.schema.json',
    );
}

/** What `gen` does without options. */
export function defaultGenOptions(): Omit<GenOptions, 'out'> {
  return declareInput(new Command()).opts<GenOptions>();
}
