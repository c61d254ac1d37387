import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileSchema, type ExceptionClass } from '@nestjs-thrift/codec/compiler';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { generateTypeScript, NODE_RUNTIME } from '@nestjs-thrift/codegen';
import { loadSchema, type Schema } from '@nestjs-thrift/idl';

/** Where definitions come from: generated code with lazy or static codecs, or IDL at run time. */
export type DefinitionForm = 'lean' | 'static' | 'run-time IDL';

interface Definitions {
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  readonly exceptions: Readonly<Record<string, ExceptionClass>>;
}

type FindDefinition = (name: string) => unknown;

const folder = path.resolve(import.meta.dirname, '..');
const schemas = [
  'idl/interop',
  'idl/exotic',
  'idl/probe',
  'idl/unions',
  'idl/shared',
  'vectors/echo',
].map((name) => loadSchema(path.join(folder, `${name}.thrift`)));

const forms: Readonly<Record<DefinitionForm, Definitions>> = {
  lean: definitions(await generated('lazy')),
  static: definitions(await generated('static')),
  'run-time IDL': definitions(schemas.map(compiled)),
};

/** The services of the IDL by name, in the form that is used now: lean generated code at first. */
export const services: Record<string, ServiceDefinition> = { ...forms.lean.services };
let { exceptions } = forms.lean;

/** Uses definitions of another form for the servers and clients that are created afterwards. */
export function useDefinitions(form: DefinitionForm): void {
  Object.assign(services, forms[form].services);
  ({ exceptions } = forms[form]);
}

/** Class of an exception of the services Interop and Echo. */
export function exceptionClass(name: 'NotFound' | 'Denied' | 'MyEx'): ExceptionClass {
  return exceptions[name]!;
}

function compiled(schema: Schema): FindDefinition {
  const made = compileSchema(schema);
  const isException = (name: string) => ['NotFound', 'Denied', 'MyEx'].includes(name);
  return (name) => (isException(name) ? made.exception(name) : made.service(name));
}

/** Writes generated code, as `gen` does, and imports it. */
async function generated(codecs: 'lazy' | 'static'): Promise<FindDefinition[]> {
  const cache = path.join(folder, '.cache');
  await mkdir(cache, { recursive: true });
  const out = await mkdtemp(path.join(cache, `generated-${codecs}-`));
  try {
    const modules: FindDefinition[] = [];
    for (const [index, schema] of schemas.entries()) {
      const files = generateTypeScript(schema, {
        codecs,
        runtime: NODE_RUNTIME,
        mirroredPath: (file) => `${index}/${path.basename(file)}`,
      });
      await mkdir(path.join(out, String(index)));
      await Promise.all(files.map(({ path: file, text }) => writeFile(path.join(out, file), text)));
      const main = path.join(out, files[0]!.path);
      const module = (await import(pathToFileURL(main).href)) as Record<string, unknown>;
      modules.push((name) => module[name]);
    }
    return modules;
  } finally {
    await rm(out, { recursive: true });
  }
}

function definitions(modules: readonly FindDefinition[]): Definitions {
  const [interop, exotic, probe, unions, shared, echo] = modules as [
    FindDefinition,
    FindDefinition,
    FindDefinition,
    FindDefinition,
    FindDefinition,
    FindDefinition,
  ];
  const next = interop('InteropNext') as ServiceDefinition;
  return {
    services: {
      Interop: interop('Interop') as ServiceDefinition,
      // Called by the name that servers know, so that only its method is unknown.
      InteropNext: { name: 'Interop', methods: next.methods },
      Exotic: exotic('Exotic') as ServiceDefinition,
      Probe: probe('Probe') as ServiceDefinition,
      Unions: unions('Unions') as ServiceDefinition,
      LaterUnions: unions('LaterUnions') as ServiceDefinition,
      Orders: shared('Orders') as ServiceDefinition,
      Stock: shared('Stock') as ServiceDefinition,
      Echo: echo('Echo') as ServiceDefinition,
    },
    exceptions: {
      NotFound: interop('NotFound') as ExceptionClass,
      Denied: interop('Denied') as ExceptionClass,
      MyEx: echo('MyEx') as ExceptionClass,
    },
  };
}
