// `node startup-worker.js idl|generated FOLDER URL`: imports a module, which finds the first two in `process.argv`, and
// sends the CPU time of that in nanoseconds.
import { cpuNanoseconds } from '../statistics.js';

const before = cpuNanoseconds();
await import(process.argv[4]!);
process.send!(cpuNanoseconds() - before);
process.disconnect();
