// Imports what its arguments name, one after the other, and prints the address of each module that this loads.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

register('./record-loads.mjs', import.meta.url);
const { cache } = createRequire(import.meta.url);
for (const name of process.argv.slice(2)) {
  console.log(`import ${name}`);
  await import(name);
  // The hooks of ES modules do not see what CommonJS requires.
  for (const path of Object.keys(cache)) {
    console.log(pathToFileURL(path).href);
  }
}
