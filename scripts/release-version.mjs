// After `changeset version`: gives the package outside the workspaces the new version, and the entries of CHANGELOG.md that were
// not released their heading.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

execFileSync(process.execPath, ['scripts/manifests.mjs'], { stdio: 'inherit' });
const { version } = JSON.parse(readFileSync('libs/microservice/package.json', 'utf8'));
const date = new Date().toISOString().slice(0, 10);
const text = readFileSync('CHANGELOG.md', 'utf8');
if (!text.includes(`\n## ${version} `)) {
  writeFileSync(
    'CHANGELOG.md',
    text.replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${date})\n`),
  );
}
