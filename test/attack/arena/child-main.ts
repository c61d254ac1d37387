// A process that runs exported functions of modules: an IPC message names the function and its arguments, another one returns
// the result.
// Errors that nothing catches end it, as they would end a process of a user.
import type { ChildReply, ChildRequest } from './child.js';

type Functions = Record<string, (...given: unknown[]) => unknown>;

process.on('disconnect', () => process.exit());
process.on('message', (request: ChildRequest) => void answer(request));

async function answer({ id, module, name, given }: ChildRequest): Promise<void> {
  const reply = await run(module, name, given).then(
    (value): ChildReply => ({ id, value }),
    (error: unknown): ChildReply => ({
      id,
      error: error instanceof Error ? String(error.stack) : String(error),
    }),
  );
  if (process.connected) {
    process.send!(reply);
  }
}

async function run(module: string, name: string, given: readonly unknown[]): Promise<unknown> {
  const functions = (await import(module)) as Functions;
  return name === '' ? undefined : await functions[name]!(...given);
}

process.send!({ id: 0, value: 'ready' } satisfies ChildReply);
