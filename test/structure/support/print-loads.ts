// Imports what its arguments name, one after the other, and prints the address of each module that this loads.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
register('./record-loads.mjs', import.meta.url, { data: { port: port2 }, transferList: [port2] });
const { cache } = createRequire(import.meta.url);
for (const name of process.argv.slice(2)) {
  console.log(`import ${name}`);
  await import(name);
  // The hooks run in a thread of their own: what they print comes at any time, what they send is here.
  for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1)) {
    console.log(String(got.message));
  }
  // The hooks of ES modules do not see what CommonJS requires.
  for (const path of Object.keys(cache)) {
    console.log(pathToFileURL(path).href);
  }
}
port1.close();
