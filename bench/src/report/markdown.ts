import type { CodecResult } from '../codec/measure.js';
import { cellName } from '../rpc/messages.js';
import { checkGoals } from './goals.js';
import type { Results } from './results.js';

const number = (value: number, digits = value < 10 ? 2 : value < 100 ? 1 : 0) =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits });

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function goalsSection(results: Results): string {
  const rows = checkGoals(results).map(({ name, goal, measured, reached }) => [
    name,
    number(goal),
    number(measured),
    reached ? 'yes' : 'no',
  ]);
  return `## Goals\n\n${table(['ratio', 'goal', 'measured', 'reached'], rows)}`;
}

function codecSection({ codec }: Results): string[] {
  if (codec === undefined) {
    return [];
  }
  return Object.entries(codec).flatMap(([protocol, payloads]) =>
    Object.entries(payloads).map(([payload, rows]: [string, readonly CodecResult[]]) => {
      const ours = rows.find(({ name }) => name === 'nestjs-thrift')!;
      const body = rows.map(({ name, encodeNs, decodeNs }) => [
        name,
        number(encodeNs, 0),
        number(decodeNs, 0),
        `${number(encodeNs / ours.encodeNs)} ×`,
        `${number(decodeNs / ours.decodeNs)} ×`,
      ]);
      const head = ['library', 'encode, ns', 'decode, ns', 'encode vs ours', 'decode vs ours'];
      return `## Codec: ${protocol}, ${payload}\n\n${table(head, body)}`;
    }),
  );
}

function rpcSection({ rpc = [] }: Results): string[] {
  const cells = [...new Set(rpc.map(({ cell }) => cellName(cell)))];
  return cells.map((cell) => {
    const rows = rpc
      .filter((result) => cellName(result.cell) === cell)
      .map((result) => [
        result.peer,
        number(result.callsPerSecond, 0),
        number(result.cpuNs / 1000, 1),
        number(result.p50Ms, 2),
        number(result.p99Ms, 2),
        `${number(result.clientAllocatedBytes / 1000, 1)} / ${number(result.serverAllocatedBytes / 1000, 1)}`,
        `${number(result.clientResidentBytes / 1e6, 0)} / ${number(result.serverResidentBytes / 1e6, 0)}`,
      ]);
    const head = [
      'stack',
      'calls/s',
      'CPU per call, µs',
      'p50, ms',
      'p99, ms',
      'allocated per call, kB (client / server)',
      'resident, MB',
    ];
    return `## Calls: ${cell}\n\n${table(head, rows)}`;
  });
}

function streamSection({ streams = [] }: Results): string[] {
  if (streams.length === 0) {
    return [];
  }
  const rows = streams.map(({ peer, loads, firstMessageMs, idleStreamBytes }) => [
    peer,
    ...loads.flatMap(({ messagesPerSecond, cpuNsPerMessage }) => [
      number(messagesPerSecond, 0),
      number(cpuNsPerMessage / 1000, 2),
    ]),
    number(firstMessageMs, 2),
    number(idleStreamBytes / 1000, 1),
  ]);
  const head = [
    'stack',
    ...streams[0]!.loads.flatMap(({ streams: count }) => [
      `messages/s, ${count} streams`,
      `CPU per message, µs, ${count} streams`,
    ]),
    'first message, ms',
    'idle stream, both sides, kB',
  ];
  return [`## Streams: small messages from server to client\n\n${table(head, rows)}`];
}

function profileSection({ profiles = [] }: Results): string[] {
  return profiles.flatMap(({ peer, cell, client, server }) =>
    Object.entries({ client, server }).map(([side, spots]) => {
      const rows = spots.map(({ where, share }) => [where, `${number(share * 100, 1)} %`]);
      const title = `Profile of ${peer}, ${side}: ${cellName(cell)}`;
      return `## ${title}\n\n${table(['function', 'share of its busy time'], rows)}`;
    }),
  );
}

/** The report as Markdown. `plots` are names of files next to it. */
export function renderMarkdown(results: Results, plots: readonly string[]): string {
  return [
    '# Benchmark report',
    `Measured on ${results.measuredOn} with Node ${results.node}, client and server in processes of their own on one ` +
      'shared machine. Only ratios within one run mean anything; see docs/reference/performance.md for how it is measured.',
    goalsSection(results),
    ...plots.map((plot) => `![${plot.replace(/\.svg$/, '').replaceAll('-', ' ')}](${plot})`),
    ...codecSection(results),
    ...rpcSection(results),
    ...streamSection(results),
    ...profileSection(results),
    '',
  ].join('\n\n');
}
