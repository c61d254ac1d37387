import type { ServerTransportOptions } from '@nestjs-thrift/transport';
import type { StackName } from '../stacks/stack.js';
import type * as nestServer from '../victims/nest-server.js';
import type * as plainServer from '../victims/plain-server.js';
import type { VictimKind } from './attack.js';
import { Child, type Remote } from './child.js';
import type * as neighbour from './neighbour.js';

const STACK_FILES: Readonly<Record<StackName, string>> = {
  'nestjs-thrift': 'ours',
  'npm thrift': 'npm-thrift',
  'Nest TCP': 'nest-tcp',
  'grpc-js': 'grpc',
};

/** A process under attack and its neighbour. */
export interface Stage {
  readonly victim: Child;
  /** The process whose calls must succeed; the victim itself if that is a client. */
  readonly neighbour: Child;
  /** Port of the server that the neighbour calls. */
  readonly port: number;
  close(): Promise<void>;
}

/** A stage whose other process can be used again when the victim is gone. */
export interface SharedStage extends Stage {
  readonly server: Child;
}

/** How the processes of a stage are started. */
export interface StageOptions {
  /** Of a server of this project; other stacks have their own. */
  readonly server?: ServerTransportOptions;
  /** Flags of Node.js for the server. */
  readonly flags?: readonly string[];
  /** A stage of this kind whose victim is not used any more. */
  readonly previous?: SharedStage;
}

/** Starts a victim and a neighbour that has connected. */
export async function startStage(
  kind: VictimKind,
  stack: StackName,
  options: StageOptions = {},
): Promise<SharedStage> {
  const { previous } = options;
  const isClient = kind === 'client';
  const [[server, port], caller] = await Promise.all([
    isClient && previous !== undefined
      ? ([previous.server, previous.port] as const)
      : startServer(kind, stack, options),
    isClient || previous === undefined ? Child.start() : previous.neighbour,
  ]);
  await neighbourOf(caller).meet(stack, '127.0.0.1', port);
  return {
    victim: isClient ? caller : server,
    neighbour: caller,
    server,
    port,
    close: async () => {
      await Promise.all([server.kill(), caller.kill()]);
    },
  };
}

/** The functions of the neighbour in a process. */
export function neighbourOf(child: Child): Remote<typeof neighbour> {
  return child.module<typeof neighbour>(new URL('neighbour.ts', import.meta.url));
}

/** The functions of the plain server in a process. */
export function plainServerOf(child: Child): Remote<typeof plainServer> {
  return child.module<typeof plainServer>(new URL('../victims/plain-server.ts', import.meta.url));
}

/** The functions of the Nest server in a process. */
export function nestServerOf(child: Child): Remote<typeof nestServer> {
  return child.module<typeof nestServer>(new URL('../victims/nest-server.ts', import.meta.url));
}

async function startServer(
  kind: VictimKind,
  stack: StackName,
  { server: serverOptions = {}, flags = [] }: StageOptions,
): Promise<readonly [Child, number]> {
  const child = await Child.start({ flags });
  if (kind === 'nest') {
    return [child, await nestServerOf(child).serve()];
  }
  const file = new URL(`../stacks/${STACK_FILES[stack]}.ts`, import.meta.url);
  const server = child.module<{ serve(options: ServerTransportOptions): number }>(file);
  return [child, await server.serve(serverOptions)];
}
