import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What every child process of the benchmark may send instead of a reply. */
export interface Failed {
  readonly type: 'failed';
  readonly message: string;
}

interface Typed {
  readonly type: string;
}

/**
 * Sends a request to a forked process and returns its reply. One request at a time per process.
 *
 * @param name of what the process measures, for the text of errors.
 * @throws Error if the process replies that it failed, or exits.
 */
export async function ask<Request extends Typed, Reply extends Typed>(
  child: ChildProcess,
  request: Request,
  name: string,
): Promise<Reply> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${name}: the process ended with ${code} at ${request.type}`);
  });
  exit.catch(() => undefined);
  try {
    child.send(request);
    const [reply] = (await Promise.race([once(child, 'message'), exit])) as [Reply | Failed];
    if (isFailed(reply)) {
      throw new Error(`${name}: ${reply.message}`);
    }
    return reply;
  } finally {
    ended.abort();
  }
}

function isFailed(reply: Typed): reply is Failed {
  return reply.type === 'failed';
}
