// Loads each built package by its name, as a user would: faults of ESM builds pass unit tests and fail here.
import { readdirSync, readFileSync } from 'node:fs';

for (const folder of readdirSync('libs')) {
  const { name } = JSON.parse(readFileSync(`libs/${folder}/package.json`, 'utf8'));
  const exported = Object.keys(await import(name));
  if (exported.length === 0) {
    throw new Error(`${name} exports nothing at run time`);
  }
  console.log(`${name}: ${exported.length} exports`);
}
