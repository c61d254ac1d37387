// Removes what builds leave behind.
import { readdirSync, rmSync } from 'node:fs';

for (const group of ['libs', 'apps']) {
  for (const name of readdirSync(group)) {
    rmSync(`${group}/${name}/dist`, { recursive: true, force: true });
  }
}
rmSync('coverage', { recursive: true, force: true });
