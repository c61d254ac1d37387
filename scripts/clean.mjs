// Removes what builds leave behind.
import { readdirSync, rmSync } from 'node:fs';

for (const group of ['libs', 'apps']) {
  for (const name of readdirSync(group)) {
    for (const folder of ['dist', '.cache/build']) {
      rmSync(`${group}/${name}/${folder}`, { recursive: true, force: true });
    }
  }
}
rmSync('coverage', { recursive: true, force: true });
