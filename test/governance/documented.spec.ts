import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGovernanceConfig } from '@nestjs-thrift/governance/internal';

const folder = join(import.meta.dirname, '../../docs/guides/resilience');

/** The governance files that the guides show, by where they are. */
const shown = readdirSync(folder).flatMap((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block!);
  return blocks
    .filter((block) => block.startsWith('services:'))
    .map((block, i) => [`${name}, ${i + 1}`, block] as const);
});

describe('governance files in the guides', () => {
  it('are there', () => {
    expect(shown.length).toBeGreaterThanOrEqual(3);
  });

  it.each(shown)('%s is accepted unchanged', async (name, block) => {
    const { services } = await parseGovernanceConfig(block, name);
    expect(Object.keys(services)).not.toEqual([]);
  });
});
