// Decodes every bomb with the engine and the protocol named, in a process that the test gives a small heap: prints how
// each ended as a line of JSON.
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { compileSchema } from '../src/from-idl/index.js';
import { ReadBuffer } from '../src/wire/index.js';
import type { Protocol } from './bytes.js';
import { BOMB_IDL, BOMBS, bombBytes, LARGE } from './memory-bombs.js';

const BYTES = 15_000_000;

const [engine, protocol] = process.argv.slice(2) as [string, Protocol];
const compiled = compileSchema(loadSchemaFromText(BOMB_IDL), {
  codeGeneration: engine === 'interpreter' ? 'off' : 'auto',
});

const messages = [
  ...BOMBS.map((bomb) => ({ ...bomb, size: BYTES })),
  ...LARGE.map((bomb) => ({ ...bomb, size: bomb.bytes[protocol] })),
];
for (const bomb of messages) {
  const input = new ReadBuffer(bombBytes(bomb, protocol, bomb.size));
  let outcome = 'decoded';
  try {
    compiled.struct(bomb.struct)[`read${protocol}`](input);
  } catch (error) {
    outcome = (error as { code?: string }).code ?? String(error);
  }
  console.log(JSON.stringify([bomb.struct, outcome]));
}
