import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import type { Peer } from './peers.js';
import type { Prepared } from './prepare.js';
import type { Result } from './results.js';

/** Content of the table other than results. */
export interface Notes {
  /** What a peer is not asked for, by the peer's name. */
  readonly gaps: Readonly<Record<string, string>>;
  /** Where this project answers otherwise than the recorded peer, and why. */
  readonly differences: readonly { readonly what: string; readonly why: string }[];
}

const DIRECTIONS = ['peer calls us', 'we call the peer', 'both'] as const;

/** Writes `docs/reference/compatibility.md` from the results of a run. */
export async function writeReport(
  file: string,
  results: readonly Result[],
  prepared: Prepared,
  notes: Notes,
): Promise<void> {
  const sections = [...prepared.built, ...prepared.missing.map(({ peer }) => peer)];
  const replays = [...new Set(results.map(({ peer }) => peer))].filter(
    (name) => !sections.some((peer) => peer.name === name),
  );
  const text = [
    '# Compatibility',
    '',
    'Written by `npm run test:interop -- --docs`; every figure is a count of cases of that run. A case passes when the',
    'receiver, in its own language, finds the very values that the sender was to send.',
    '',
    ...summary(sections, results),
    ...sections.flatMap((peer) => peerSection(peer, results, prepared, notes)),
    ...replays.flatMap((name) => [`## ${name}`, '', ...table(results, name), '']),
    ...differenceSection(notes),
  ];
  const style = await resolveConfig(file);
  await writeFile(file, await format(text.join('\n'), { ...style, parser: 'markdown' }));
}

function summary(sections: readonly Peer[], results: readonly Result[]): string[] {
  const rows = sections.map((peer) => {
    const own = results.filter((result) => result.peer === peer.name);
    return `| ${peer.name} | ${peer.library} | ${count(own)} |`;
  });
  return ['| peer | built from | passed |', '| --- | --- | --- |', ...rows, ''];
}

function peerSection(
  peer: Peer,
  results: readonly Result[],
  prepared: Prepared,
  notes: Notes,
): string[] {
  const missing = prepared.missing.find((entry) => entry.peer.name === peer.name);
  const gap = notes.gaps[peer.name];
  return [
    `## ${peer.name}`,
    '',
    `Built from ${peer.library}.${gap === undefined ? '' : ` ${gap}`}`,
    '',
    ...(missing === undefined ? table(results, peer.name) : [`Not tried: ${missing.reason}.`]),
    '',
  ];
}

function table(all: readonly Result[], peer: string): string[] {
  const rows = new Map<string, Result[]>();
  for (const result of all.filter((candidate) => candidate.peer === peer)) {
    const key = [result.feature, result.transport, result.protocol].join(' | ');
    rows.set(key, [...(rows.get(key) ?? []), result]);
  }
  const used = DIRECTIONS.filter((direction) =>
    [...rows.values()].flat().some((result) => result.direction === direction),
  );
  return [
    `| feature | transport | protocol | ${used.join(' | ')} |`,
    `| --- | --- | --- |${' --- |'.repeat(used.length)}`,
    ...[...rows].map(([key, results]) => {
      const cells = used.map((direction) =>
        count(results.filter((result) => result.direction === direction)),
      );
      return `| ${key} | ${cells.join(' | ')} |`;
    }),
  ];
}

/** `38 of 38`, with the names of what failed. */
function count(results: readonly Result[]): string {
  if (results.length === 0) {
    return '—';
  }
  const failed = results.filter(({ ok }) => !ok);
  const names = [...new Set(failed.map(({ name }) => name))].join(', ');
  const passed = `${results.length - failed.length} of ${results.length}`;
  return failed.length === 0 ? passed : `${passed}; failed: ${names}`;
}

function differenceSection(notes: Notes): string[] {
  return [
    '## Deliberate differences',
    '',
    'Recorded exchanges of Kitex clients and servers are replayed. Where this project answers otherwise, it is on purpose:',
    '',
    '| where | why |',
    '| --- | --- |',
    ...notes.differences.map(({ what, why }) => `| ${what} | ${why} |`),
  ];
}
