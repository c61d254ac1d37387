import type { CommandEntry } from './command-module.js';

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'gen',
    summary: 'generate TypeScript from .thrift files',
    load: () => import('./gen/gen.command.js'),
  },
];
