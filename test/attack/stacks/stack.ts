/** For stacks whose calls take as long as they take. */
export const DEFAULT_TIMEOUT_MS = 3_000;

/** A client of one of the stacks that are compared; runs in a separate process. */
export interface StackClient {
  /**
   * Resolves with the text it was given.
   *
   * @param timeoutMs time for the call; default 3,000, as of this project.
   */
  echo(text: string, timeoutMs?: number): Promise<string>;
  /** Sends without waiting for a reply, where the stack has such calls. */
  note?(payload: Buffer, timeoutMs: number): Promise<void>;
  close(): Promise<void> | void;
}

/** What runs in the process of a server and in that of its neighbour. */
export interface Stack {
  /** Starts to serve on a free port of the loopback interface; returns its number. */
  serve(): Promise<number>;
  connect(host: string, port: number): Promise<StackClient>;
}

const STACKS = {
  'nestjs-thrift': () => import('./ours.js'),
  'npm thrift': () => import('./npm-thrift.js'),
  'Nest TCP': () => import('./nest-tcp.js'),
  'grpc-js': () => import('./grpc.js'),
};

export type StackName = keyof typeof STACKS;

export const STACK_NAMES = Object.keys(STACKS) as StackName[];

export function loadStack(name: StackName): Promise<Stack> {
  return STACKS[name]();
}
