// Module hook that prints the address of each module that is loaded.
import { writeSync } from 'node:fs';

/** Hooks run in a thread, whose `process.stdout` has no descriptor. */
const STDOUT = 1;

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  writeSync(STDOUT, `${url}\n`);
  return await next(url, context);
}
