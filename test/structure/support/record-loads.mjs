// Sends the address of each module that is loaded to the port it was given.
/** @type {import('node:worker_threads').MessagePort} */
let port;

/** @param {{ port: import('node:worker_threads').MessagePort }} data */
export function initialize(data) {
  ({ port } = data);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  port.postMessage(url);
  return nextLoad(url, context);
}
