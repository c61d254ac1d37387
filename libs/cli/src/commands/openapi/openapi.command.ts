import { resolve } from 'node:path';
import { generateOpenApi, type OpenApiOptions } from '@nestjs-thrift/codegen/openapi';
import { IdlError } from '@nestjs-thrift/idl';
import { Option, type Command } from 'commander';

import {
  collect,
  implicitFieldIdsOption,
  includeOption,
  type IdlOptions,
} from '../../idl/idl-options.js';
import { loadIdl, readDiskFile, renderIdlError } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { writeOutputFiles } from '../../terminal/output-files.js';
import type { CommandIo } from '../../terminal/terminal.js';

const EPILOGUE = `
Describes the routes that @nestjs-thrift/gateway serves for the api.* annotations of the IDL, as OpenAPI 3.1.

Examples:
  nestjs-thrift openapi idl/user.thrift -o openapi.json
  nestjs-thrift openapi idl/user.thrift -o openapi.json --check     fail if the file differs
  nestjs-thrift openapi idl/user.thrift --title Users --server https://api.example --prefix api

Exit codes:
  0  done
  1  --check found a difference
  2  the command line is wrong, or the IDL has no such service
  3  the IDL has errors, or routes that cannot be served`;

interface OpenApiCommandOptions extends IdlOptions {
  readonly out?: string;
  readonly check?: boolean;
  readonly title?: string;
  readonly apiVersion?: string;
  readonly server: readonly string[];
  readonly prefix?: string;
  readonly service: readonly string[];
  readonly i64: 'idl' | 'string';
  readonly expose: 'annotated' | 'all';
  readonly problemDetails?: boolean;
}

/** Declares `openapi`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<file>', 'the .thrift file')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('-o, --out <file>', 'write the document there instead of to standard output')
    .option('--check', 'write nothing, and fail if the file differs')
    .option('--title <text>', 'title of the document (default: the name of the file)')
    .option('--api-version <text>', 'version of the document (default: 1.0.0)')
    .option('--prefix <path>', 'prefix of all paths, as of setGlobalPrefix')
    .addOption(list('--server <url>', 'where the gateway is; can be repeated'))
    .addOption(
      list(
        '--service <name>',
        'a service that is served; can be repeated (default: all of the file)',
      ),
    )
    .addOption(
      new Option('--i64 <how>', 'how an i64 of a result is written')
        .choices(['idl', 'string'])
        .default('idl'),
    )
    .addOption(
      new Option('--expose <methods>', 'which methods have routes')
        .choices(['annotated', 'all'])
        .default('annotated'),
    )
    .option('--problem-details', 'errors are problem details (RFC 9457)')
    .addHelpText('after', EPILOGUE)
    .action((file: string, options: OpenApiCommandOptions) => openApi(file, options, io));
}

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([]);
}

function openApi(file: string, options: OpenApiCommandOptions, io: CommandIo): void {
  const { out, check } = options;
  if (check && out === undefined) {
    throw new CommandFailure(EXIT_CODES.USAGE, '--check needs the file to compare with: add --out');
  }
  const text = `${JSON.stringify(documentOf(file, options, io), null, 2)}\n`;
  if (out === undefined) {
    io.stdout.write(text);
    return;
  }
  const path = resolve(io.cwd, out);
  const before = readDiskFile(path);
  if (check && before !== text) {
    const what = before === undefined ? 'is missing' : 'differs from the IDL';
    throw new CommandFailure(
      EXIT_CODES.NEGATIVE,
      `${out} ${what}; run the command without --check`,
    );
  }
  if (before !== text) {
    writeOutputFiles([{ name: out, path, text }]);
  }
}

function documentOf(file: string, options: OpenApiCommandOptions, io: CommandIo): unknown {
  const schema = loadIdl([file], options, io);
  const {
    title,
    apiVersion: version,
    prefix,
    server,
    service,
    i64,
    expose,
    problemDetails,
  } = options;
  const wanted: OpenApiOptions = {
    ...(title !== undefined && { title }),
    ...(version !== undefined && { version }),
    ...(prefix !== undefined && { prefix }),
    ...(server.length > 0 && { servers: server }),
    ...(service.length > 0 && { services: service }),
    i64,
    expose,
    problemDetails: problemDetails ?? false,
  };
  try {
    return generateOpenApi(schema, wanted);
  } catch (error) {
    if (error instanceof IdlError) {
      throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(error, io));
    }
    const isMissing = error instanceof Error && error.message.includes('has no service');
    throw isMissing ? new CommandFailure(EXIT_CODES.USAGE, error.message) : error;
  }
}
