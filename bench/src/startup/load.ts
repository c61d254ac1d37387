// `node load.js idl|generated FOLDER`: prints the milliseconds it took until everything in there could be called.
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [from, folder] = process.argv.slice(2) as ['idl' | 'generated', string];
const start = performance.now();

if (from === 'idl') {
  const { loadSchema } = await import('@nestjs-thrift/idl/loader');
  const { compileSchema } = await import('@nestjs-thrift/codec/compiler');
  const schema = loadSchema(`${folder}/all.thrift`);
  const compiled = compileSchema(schema);
  const count = readdirSync(folder).length - 1;
  for (let index = 0; index < count; index++) {
    compiled.service(`file${index}.Things${index}`);
  }
} else {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  await Promise.all(files.map((name) => import(pathToFileURL(`${folder}/${name}`).href)));
}

process.stdout.write(String(performance.now() - start));
