export { run } from './main.js';
export { processIo } from './terminal/terminal.js';
export { EXIT_CODES } from './terminal/exit-codes.js';
export type { CommandIo, OutputStream } from './terminal/terminal.js';
