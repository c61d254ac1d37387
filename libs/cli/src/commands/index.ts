import type { CommandEntry } from './command-module.js';

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'set up Thrift in a Nest application',
    load: () => import('./init/init.command.js'),
  },
  {
    name: 'gen',
    summary: 'generate TypeScript from .thrift files',
    load: () => import('./generate/gen.command.js'),
  },
  {
    name: 'call',
    summary: 'call a method of a running service',
    load: () => import('./call/call.command.js'),
  },
  {
    name: 'bench',
    summary: 'put a running service under load and measure it',
    load: () => import('./bench/bench.command.js'),
  },
  {
    name: 'describe',
    summary: 'show services, methods and types of .thrift files',
    load: () => import('./describe/describe.command.js'),
  },
  {
    name: 'openapi',
    summary: 'describe the HTTP routes of .thrift files as OpenAPI',
    load: () => import('./openapi/openapi.command.js'),
  },
  {
    name: 'lint',
    summary: 'hold .thrift files against the conventions of the field',
    load: () => import('./lint/lint.command.js'),
  },
  {
    name: 'breaking',
    summary: 'find what changes of .thrift files break',
    load: () => import('./breaking/breaking.command.js'),
  },
  {
    name: 'check-config',
    summary: 'check a policy file, also against .thrift files',
    load: () => import('./check-config/check-config.command.js'),
  },
  {
    name: 'diagnose',
    summary: 'find out why a server cannot be called',
    load: () => import('./diagnose/diagnose.command.js'),
  },
  {
    name: 'mock',
    summary: 'serve IDL with example data',
    load: () => import('./mock/mock.command.js'),
  },
  {
    name: 'record',
    summary: 'pass calls on to a service and write them down',
    load: () => import('./record/record.command.js'),
  },
  {
    name: 'replay',
    summary: 'send recorded calls to another version and compare the replies',
    load: () => import('./replay/replay.command.js'),
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    load: () => import('./completion/completion.command.js'),
  },
  {
    name: 'complete',
    summary: 'print what words can become',
    hidden: true,
    load: () => import('./completion/complete.command.js'),
  },
];
