// Lets Node run the TypeScript of this repository as it is: `node --import` this file.
import { register } from 'node:module';

// Node 26 deprecates register(); its successor, registerHooks(), is missing from Node 20. The tests compare what programs print.
const { noDeprecation } = process;
try {
  process.noDeprecation = true;
  register('./load-typescript.mjs', import.meta.url);
} finally {
  process.noDeprecation = noDeprecation;
}
