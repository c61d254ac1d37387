// Decodes every bomb with the engine named, in a process that the test gives a small heap; one line of JSON for each.
import { getHeapStatistics } from 'node:v8';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { compileSchema } from '../src/from-idl/index.js';
import { ReadBuffer } from '../src/wire/index.js';
import { PROTOCOLS } from './bytes.js';
import { BOMB_IDL, BOMBS, bombBytes } from './memory-bombs.js';

const [engine, size] = process.argv.slice(2);
const compiled = compileSchema(loadSchemaFromText(BOMB_IDL), {
  codeGeneration: engine === 'interpreter' ? 'off' : 'auto',
});

for (const protocol of PROTOCOLS) {
  for (const bomb of BOMBS) {
    const input = new ReadBuffer(bombBytes(bomb, protocol, Number(size)));
    const before = getHeapStatistics().used_heap_size;
    const start = process.cpuUsage();
    let outcome = 'decoded';
    let value: unknown;
    try {
      value = compiled.struct(bomb.struct)[`read${protocol}`](input);
    } catch (error) {
      outcome = (error as { code?: string }).code ?? String(error);
    }
    const { user, system } = process.cpuUsage(start);
    const heap = getHeapStatistics().used_heap_size - before;
    (globalThis as { gc?: () => void }).gc?.();
    const live = getHeapStatistics().used_heap_size - before;
    console.log(
      JSON.stringify({
        struct: bomb.struct,
        protocol,
        outcome,
        heap: Math.round(heap / 1e6),
        live: Math.round(live / 1e6),
        est: Math.round((input.maxDecodedBytes - input.budget) / 1e6),
        ms: Math.round((user + system) / 1000),
        kept: value !== undefined,
      }),
    );
  }
}
