import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type {
  MessageDirection,
  ObservedConnection,
  ObservedStream,
  StreamOutcome,
  StreamRejectionReason,
  TransportObserver,
} from '@nestjs-thrift/transport';
import type { Counter } from 'prom-client';
import type { MetricFactory } from './metric-factory.js';
import { type HistogramSeries, ScrapedHistogram } from './scraped-histogram.js';
import {
  DIRECTIONS,
  STREAM_STATUSES,
  type StreamMethodTotals,
  StreamTotals,
} from './stream-totals.js';

type Side = ObservedStream['side'];

const METHOD_LABELS = ['service', 'method', 'mode'] as const;
const REJECTIONS: readonly StreamRejectionReason[] = [
  'unknown_method',
  'unknown_service',
  'not_streaming',
  'draining',
  'limit',
  'access',
];

/** Streams of servers and clients; those of clients have `client_` in their names. */
export class StreamMetrics implements TransportObserver {
  readonly #totals: Readonly<Record<Side, StreamTotals>>;
  readonly #pauses: Counter<'side'>;
  readonly #ignored: Counter<'side'>;
  readonly #rejections: Counter<'reason'>;

  constructor(factory: MetricFactory) {
    this.#totals = { server: new StreamTotals(), client: new StreamTotals() };
    expose(factory, 'stream', 'Streams served', this.#totals.server);
    expose(factory, 'client_stream', 'Streams opened', this.#totals.client);
    this.#pauses = factory.counter({
      name: 'stream_pauses_total',
      help: 'Times a connection was read no further, for messages that consumers did not take',
      labelNames: ['side'],
    });
    this.#ignored = factory.counter({
      name: 'stream_ignored_frames_total',
      help: 'Frames for streams that were unknown, cancelled or ended, and messages after the end of their side',
      labelNames: ['side'],
    });
    this.#rejections = factory.counter({
      name: 'stream_rejections_total',
      help: 'Streams that the server did not serve, by the reason',
      labelNames: ['reason'],
    });
    // Counters that are born with their first event have no increase to alert on.
    for (const side of ['server', 'client']) {
      this.#pauses.inc({ side }, 0);
      this.#ignored.inc({ side }, 0);
    }
    for (const reason of REJECTIONS) {
      this.#rejections.inc({ reason }, 0);
    }
  }

  /** Shows the streams of a service from 0 on. */
  expect(side: Side, service: ServiceDefinition): void {
    this.#totals[side].expect(service);
  }

  streamOpened(stream: ObservedStream): StreamMethodTotals {
    const totals = this.#totals[stream.side].of(stream);
    totals.live.add(stream);
    return totals;
  }

  streamMessage(
    _stream: ObservedStream,
    direction: MessageDirection,
    bytes: number,
    state: unknown,
  ): void {
    (state as StreamMethodTotals).messages[direction].add(bytes);
  }

  streamEnded(stream: ObservedStream, { status, durationMs }: StreamOutcome, state: unknown): void {
    const totals = state as StreamMethodTotals;
    totals.live.delete(stream);
    totals.ended[status] += 1;
    totals.durations.add(durationMs / 1000);
    if (stream.firstMessageMs !== undefined) {
      totals.firstMessages.add(stream.firstMessageMs / 1000);
    }
  }

  streamRejected(_connection: ObservedConnection, reason: StreamRejectionReason): void {
    this.#rejections.inc({ reason });
  }

  streamReadsPaused({ side }: ObservedConnection): void {
    this.#pauses.inc({ side });
  }

  streamFrameIgnored({ side }: ObservedConnection): void {
    this.#ignored.inc({ side });
  }
}

/** @param bareName in the singular. */
function expose(
  factory: MetricFactory,
  bareName: string,
  what: string,
  streams: StreamTotals,
): void {
  const ended = factory.counter({
    name: `${bareName}s_total`,
    help: `${what} that have ended, by how; business statuses are successes`,
    labelNames: [...METHOD_LABELS, 'status'],
    collect: () => {
      ended.reset();
      for (const { labels, ended: counts } of streams.all()) {
        for (const status of STREAM_STATUSES) {
          ended.inc({ ...labels, status }, counts[status]);
        }
      }
    },
  });
  const active = factory.gauge({
    name: `${bareName}s_active`,
    help: `${what} that have not ended`,
    labelNames: METHOD_LABELS,
    collect: () => {
      active.reset();
      for (const { labels, live } of streams.all()) {
        active.set(labels, live.size);
      }
    },
  });
  const buffered = factory.gauge({
    name: `${bareName}_buffered_bytes`,
    help: `${what}: bytes of received messages that consumers have not taken`,
    labelNames: METHOD_LABELS,
    collect: () => {
      buffered.reset();
      for (const { labels, live } of streams.all()) {
        let bytes = 0;
        for (const { bufferedBytes } of live) {
          bytes += bufferedBytes;
        }
        buffered.set(labels, bytes);
      }
    },
  });
  const messages = factory.counter({
    name: `${bareName}_messages_total`,
    help: `${what}: messages by direction`,
    labelNames: [...METHOD_LABELS, 'direction'],
    collect: () => {
      messages.reset();
      for (const { labels, messages: sizes } of streams.all()) {
        for (const direction of DIRECTIONS) {
          messages.inc({ ...labels, direction }, sizes[direction].count);
        }
      }
    },
  });
  const histogram = (
    suffix: string,
    values: string,
    seriesOf: (totals: StreamMethodTotals) => HistogramSeries | HistogramSeries[],
    labelNames: readonly string[] = METHOD_LABELS,
  ): void =>
    factory.own(
      `${bareName}_${suffix}`,
      (name) =>
        new ScrapedHistogram(name, `${what}: ${values}`, labelNames, {
          series: () => [...streams.all()].flatMap(seriesOf),
          reset: () => streams.reset(),
        }),
    );
  histogram('duration_seconds', 'from the opening to the end', ({ labels, durations }) => ({
    labels,
    counts: durations,
  }));
  histogram(
    'first_message_seconds',
    'from the opening to the first message of the server',
    ({ labels, firstMessages }) => ({ labels, counts: firstMessages }),
  );
  histogram(
    'message_bytes',
    'sizes of messages',
    ({ labels, messages: sizes }) =>
      DIRECTIONS.map((direction) => ({
        labels: { ...labels, direction },
        counts: sizes[direction],
      })),
    [...METHOD_LABELS, 'direction'],
  );
}
