#!/usr/bin/env node
import module from 'node:module';

// From Node 22.8 on the compiled code of an earlier start is used again.
module.enableCompileCache?.();
const { processIo, run } = await import('../dist/bundle/index.js');
process.exitCode = await run(process.argv.slice(2), processIo());
