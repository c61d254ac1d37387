import { OPTIONS } from '../codec/contestants/ours.js';
import type { PayloadName } from '../payloads.js';
import { cellName, type Cell } from '../rpc/messages.js';
import type { RpcResult } from '../rpc/measure.js';
import type { PeerName } from '../rpc/peers/index.js';
import type { CommandLineStart } from '../startup/command-line.js';
import type { ImportResult } from '../startup/imports.js';
import type { Results } from './results.js';

/** A ratio that is a goal of the project, and the result of this run. */
export interface GoalResult {
  readonly name: string;
  readonly goal: number;
  readonly measured: number;
  readonly reached: boolean;
}

/** Ratios that should be at least, or (with `atMost`) at most, a number. */
function goal(name: string, wanted: number, measured: number, atMost = false): GoalResult {
  return {
    name,
    goal: wanted,
    measured,
    reached: atMost ? measured <= wanted : measured >= wanted,
  };
}

function codecGoals(results: Results): GoalResult[] {
  if (results.codec === undefined) {
    return [];
  }
  const { binary, compact } = results.codec;
  const find = (payload: PayloadName, from: typeof binary, name: string) =>
    from[payload].find((result) => result.name === name);
  // A report of an earlier version may lack what is measured today: such a ratio is NaN.
  const ratio = (
    from: typeof binary,
    payload: PayloadName,
    other: string,
    key: 'encodeNs' | 'decodeNs',
    ours = 'nestjs-thrift',
  ) => (find(payload, from, other)?.[key] ?? NaN) / (find(payload, from, ours)?.[key] ?? NaN);

  const goals: GoalResult[] = [];
  const table: readonly [PayloadName, number, number][] = [
    ['small', 100, 25],
    ['medium', 20, 4.5],
    ['large', 28, 5],
  ];
  for (const [payload, encode, decode] of table) {
    goals.push(
      goal(
        `encode Binary vs Apache, ${payload}`,
        encode,
        ratio(binary, payload, 'Apache thrift', 'encodeNs'),
      ),
      goal(
        `decode Binary vs Apache, ${payload}`,
        decode,
        ratio(binary, payload, 'Apache thrift', 'decodeNs'),
      ),
      goal(
        `decode Binary vs Apache, strings in bulk, ${payload}`,
        decode,
        ratio(binary, payload, 'Apache thrift', 'decodeNs', OPTIONS),
      ),
    );
  }
  goals.push(
    goal(
      'encode Compact vs Apache, medium',
      28,
      ratio(compact, 'medium', 'Apache thrift', 'encodeNs'),
    ),
    goal(
      'decode Compact vs Apache, medium',
      12,
      ratio(compact, 'medium', 'Apache thrift', 'decodeNs'),
    ),
    goal('encode vs protobufjs, medium', 2.5, ratio(binary, 'medium', 'protobufjs', 'encodeNs')),
    goal('decode vs protobufjs, medium', 2, ratio(binary, 'medium', 'protobufjs', 'decodeNs')),
  );
  return goals;
}

const shared = (payload: PayloadName, callers: number): Cell => ({
  payload,
  callers,
  kind: 'shared',
});
const pooled16: Cell = { payload: 'medium', callers: 16, kind: 'pooled' };

function rpcGoals(results: Results): GoalResult[] {
  const goals: GoalResult[] = [];
  const find = (peer: PeerName, cell: Cell): RpcResult | undefined =>
    results.rpc?.find((result) => result.peer === peer && cellName(result.cell) === cellName(cell));

  /** `ours` compared with `other`: how many times cheaper, faster or the like; left out when one was not measured. */
  function compare(
    what: string,
    ours: PeerName,
    other: PeerName,
    cell: Cell,
    wanted: number,
    ratio: (ours: RpcResult, other: RpcResult) => number,
    atMost = false,
  ): void {
    const [left, right] = [find(ours, cell), find(other, cell)];
    if (left === undefined || right === undefined) {
      return;
    }
    const name = `${what}, ${ours} vs ${other}: ${cellName(cell)}`;
    goals.push(goal(name, wanted, ratio(left, right), atMost));
  }

  const cost = (ours: RpcResult, other: RpcResult) => other.cpuNs / ours.cpuNs;
  const speed = (ours: RpcResult, other: RpcResult) => ours.callsPerSecond / other.callsPerSecond;
  const latency = (ours: RpcResult, other: RpcResult) => ours.p50Ms / other.p50Ms;
  const cells = [shared('small', 100), shared('medium', 100), shared('large', 16)] as const;
  const plain = 'thrift without Nest';
  const nest = 'Nest to Nest';

  for (const [index, cell] of cells.entries()) {
    compare('CPU', plain, 'Apache thrift', cell, [35, 18, 17][index]!, cost);
    compare('CPU', nest, 'Apache thrift', cell, [18, 13, 14][index]!, cost);
    compare('CPU', nest, 'Nest TCP', cell, [8, 6, 7][index]!, cost);
    compare('CPU', `${nest}, with a guard`, 'Apache thrift', cell, [18, 13, 14][index]!, cost);
    compare('CPU', `${nest}, with a guard`, 'Nest TCP', cell, [8, 6, 7][index]!, cost);
  }
  const largeCell = shared('large', 16);
  compare('CPU', `${plain}, strings in bulk`, 'Apache thrift', largeCell, 17, cost);
  compare('CPU', `${nest}, strings in bulk`, 'Apache thrift', largeCell, 14, cost);
  compare('CPU', `${nest}, strings in bulk`, 'Nest TCP', largeCell, 7, cost);
  compare('CPU', nest, 'Nest gRPC', shared('medium', 100), 28, cost);
  compare('CPU', nest, 'Nest gRPC', shared('medium', 1000), 40, cost);
  compare('CPU', nest, 'Nest gRPC', shared('large', 16), 8, cost);
  compare('throughput', nest, 'Nest TCP', shared('medium', 100), 4, speed);
  compare('throughput', nest, 'fastify + undici', shared('medium', 100), 15, speed);
  compare('throughput', nest, 'Nest gRPC', shared('medium', 100), 20, speed);
  compare('throughput', plain, 'raw net', shared('medium', 100), 0.5, speed);
  compare('CPU', nest, 'Apache thrift', pooled16, 4, cost);
  compare('CPU', nest, 'Nest gRPC', pooled16, 11, cost);
  compare('p50', nest, 'Nest TCP', shared('medium', 1), 0.7, latency, true);
  compare('share of raw cost', plain, 'raw net', shared('medium', 1), 0.9, cost);
  compare('share of raw cost', plain, 'raw net', pooled16, 0.75, cost);
  compare('share of raw cost', plain, 'raw net', shared('medium', 100), 0.28, cost);
  compare('CPU', 'thrift without Nest, TTHeaderFramed', plain, shared('medium', 100), 0.8, cost);

  const allocated = find(nest, shared('medium', 100));
  if (allocated !== undefined) {
    goals.push(
      goal(
        'bytes allocated per call, Nest client, medium',
        2000,
        allocated.clientAllocatedBytes,
        true,
      ),
      goal(
        'bytes allocated per call, Nest server, medium',
        6000,
        allocated.serverAllocatedBytes,
        true,
      ),
    );
  }
  const many = find(nest, shared('medium', 1000));
  if (allocated !== undefined && many !== undefined) {
    goals.push(
      goal('cost per call, 1,000 and 100 callers', 1.15, many.cpuNs / allocated.cpuNs, true),
    );
  }
  return goals;
}

function featureGoals({ features = [] }: Results): GoalResult[] {
  return features.map(({ name, costShare }) => {
    switch (name) {
      case 'timeout + retry + breaker':
        return goal(`CPU, none vs ${name}`, 0.7, costShare);
      case 'metrics + tracing':
        return goal(`CPU, none vs ${name}, no SDK`, 0.85, costShare);
      case '200 methods':
        return goal('cost per call, 200 methods and 1', 1.15, 1 / costShare, true);
    }
  });
}

function streamGoals({ streams = [] }: Results): GoalResult[] {
  const find = (name: string) => streams.find(({ peer }) => peer === name);
  const table: readonly [string, string, number][] = [
    ['Nest to Nest', 'Nest gRPC', 10],
    ['thrift transport', 'grpc-js', 3],
  ];
  return table.flatMap(([ours, other, wanted]) => {
    const [left, right] = [find(ours), find(other)];
    if (left === undefined || right === undefined) {
      return [];
    }
    return left.loads.flatMap(({ streams: count, messagesPerSecond, cpuNsPerMessage }, index) => {
      const others = right.loads[index]!;
      const name = `${ours} vs ${other}: ${count} streams, small messages`;
      return [
        goal(`messages/s, ${name}`, wanted, messagesPerSecond / others.messagesPerSecond),
        goal(`CPU per message, ${name}`, wanted, others.cpuNsPerMessage / cpuNsPerMessage),
      ];
    });
  });
}

function startupGoals({ startup }: Results): GoalResult[] {
  if (startup === undefined) {
    return [];
  }
  const { files, fromIdlMs, fromGeneratedCodeMs, fromStaticCodecsMs, fromCompileCacheMs } = startup;
  const { commandLine, imports = [] } = startup;
  const fromCode = `milliseconds to start from generated code of ${files} files`;
  const optional = (name: string, measured: number | undefined) =>
    measured === undefined ? [] : [goal(name, 200, measured, true)];
  return [
    goal(`milliseconds to start from ${files} IDL files`, 1000, fromIdlMs, true),
    goal(fromCode, 200, fromGeneratedCodeMs, true),
    ...optional(`${fromCode}, static codecs`, fromStaticCodecsMs),
    ...optional(`${fromCode}, compile cache`, fromCompileCacheMs),
    ...(commandLine === undefined ? [] : commandLineGoals(commandLine)),
    ...imports.flatMap(importGoals),
  ];
}

function importGoals({ name, published, unbundled }: ImportResult): GoalResult[] {
  return [
    goal(
      `CPU of importing ${name}, compared with a file for each source`,
      0.5,
      published.cpuMs / unbundled.cpuMs,
      true,
    ),
    goal(
      `files loaded by importing ${name}, instead of ${unbundled.modules}`,
      30,
      published.modules,
      true,
    ),
  ];
}

function commandLineGoals({ nodeMs, helpMs, callMs }: CommandLineStart): GoalResult[] {
  return [
    goal('start of nestjs-thrift --help compared with Node alone', 1.5, helpMs / nodeMs, true),
    goal('start of nestjs-thrift call compared with Node alone', 4, callMs / nodeMs, true),
  ];
}

function gatewayGoals({ gateway = [] }: Results): GoalResult[] {
  return gateway.flatMap(({ request, cpuNs }) =>
    ['generated', 'generated, i64 as text'].map((route) =>
      goal(
        `CPU of an HTTP route, ${route}, vs by hand, ${request}`,
        1.1,
        (cpuNs[route] ?? NaN) / (cpuNs['by hand'] ?? NaN),
        true,
      ),
    ),
  );
}

/** All goals this run has figures for. */
export function checkGoals(results: Results): GoalResult[] {
  return [
    ...codecGoals(results),
    ...rpcGoals(results),
    ...featureGoals(results),
    ...streamGoals(results),
    ...startupGoals(results),
    ...gatewayGoals(results),
  ];
}
