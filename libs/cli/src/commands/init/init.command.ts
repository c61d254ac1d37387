import { posix, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { CommandIo } from '../../terminal/terminal.js';
import { importExtensionFor } from '../generate/project.js';
import { installPackages } from './install.js';
import { prepareIdl } from './project-idl.js';
import { inspectProject, type NestMajor, type Project } from './project.js';
import { reportChanges, reportNextSteps, reportProject } from './report.js';
import { chooseService } from './service.js';
import type { FileContext } from './templates.js';
import { writeProject } from './write-project.js';

const DEFAULT_ADDRESS = '127.0.0.1:8888';

const EPILOGUE = `
In the folder of a Nest application: generates code from the IDL of the project, or from an example, writes a controller that serves a service of it, or a client that calls it, with a module and a test, adds the module to the root module and the server to main.ts, adds dependencies and scripts to package.json, and installs them. In an empty folder it makes the application, too.

Nest version, module system, package manager, test runner and IDL are those of the project. Existing files are not overwritten: TypeScript and package.json get additions, and what cannot be added safely is printed. Running it again changes nothing.

Examples:
  nestjs-thrift init                              serve the service of the IDL
  nestjs-thrift init --service OrderService       where the IDL has several
  nestjs-thrift init --client users.internal:8888 call it instead
  nestjs-thrift init --nest 11                    in an empty folder: an application of Nest 11 with CommonJS

Exit codes:
  0  done
  1  the packages could not be installed; the files are written
  2  the command line is wrong, or the IDL has several services
  3  the folder, the IDL or a file cannot be used`;

interface InitOptions {
  readonly client?: true | string;
  readonly service?: string;
  readonly nest?: `${NestMajor}`;
  readonly sourceRoot?: string;
  readonly install: boolean;
}

/** Declares `init`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .option(
      '--client [address]',
      `write a client that calls the service at this address (default: ${DEFAULT_ADDRESS}) instead of a controller`,
    )
    .option('--service <name>', 'service of the IDL to serve or to call')
    .addOption(
      new Option('--nest <major>', 'version of Nest of a new application (default: 12)').choices([
        '11',
        '12',
      ]),
    )
    .option(
      '--source-root <folder>',
      'folder of the sources (default: as nest-cli.json says, or src)',
    )
    .option('--no-install', 'do not install packages')
    .addHelpText('after', EPILOGUE)
    .action((options: InitOptions) => init(options, io));
}

async function init(options: InitOptions, io: CommandIo): Promise<void> {
  const project = inspectProject(io, options);
  const isClient = options.client !== undefined;
  const out = posix.join(project.sourceRoot, 'gen');
  const ending = importExtensionOf(project, io);
  const idl = await prepareIdl(out, ending, io);
  const service = chooseService(idl.schema, idl.files, options.service);
  const extension = ending === 'none' ? '' : `.${ending}`;
  const context: FileContext = {
    service,
    isExample: idl.isExample,
    extension,
    // As files in the folder `thrift` of the sources import it.
    generated: `../gen/${service.generated.path.replace(/\.ts$/, extension)}`,
    address: typeof options.client === 'string' ? options.client : DEFAULT_ADDRESS,
  };
  reportProject(project, service, io);
  const { changes, isManifestNew } = writeProject(project, context, idl, isClient, io);
  reportChanges(changes, io);
  if (options.install && isManifestNew) {
    await installPackages(project.packageManager, io);
  }
  reportNextSteps(project, context, idl.folder, isClient, io);
}

/** A new application has the files that tell only afterwards. */
function importExtensionOf({ isNew, modules, sourceRoot }: Project, io: CommandIo) {
  return isNew
    ? ({ ESM: 'js', CommonJS: 'none' } as const)[modules]
    : importExtensionFor(resolve(io.cwd, sourceRoot));
}
