// Lets Node run the TypeScript of this repository as it is: `node --import` this file.
import { register } from 'node:module';

register('./load-typescript.mjs', import.meta.url);
