// Removes what builds leave behind.
import { readdirSync, rmSync } from 'node:fs';

for (const group of ['libs', 'apps']) {
  const packages = readdirSync(group, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of packages) {
    for (const folder of ['dist', '.cache/build']) {
      rmSync(`${group}/${name}/${folder}`, { recursive: true, force: true });
    }
  }
}
rmSync('coverage', { recursive: true, force: true });
