import { inMs, shortNumber } from './charts/axes.js';
import { barChart } from './charts/bar-chart.js';
import { lineChart, percentileScale, timeScale, type Series } from './charts/line-chart.js';
import type { SecondOfRun } from './measurements.js';
import type { RunReport } from './run-report.js';

/** Points of a chart over time; longer runs are joined into as many groups of seconds. */
const MAX_POINTS = 120;

/** A chart with its heading. */
export interface ReportChart {
  readonly heading: string;
  readonly svg: string;
}

/** All charts that a run has data for. */
export function reportCharts(report: RunReport): ReportChart[] {
  const { success, calls } = report;
  return [
    ...(success === 0 ? [] : [histogram(report), percentileCurve(report)]),
    ...(success === 0 ? [] : [latencyOverTime(report)]),
    ...(calls === 0 ? [] : [callsOverTime(report)]),
  ];
}

function histogram({ histogram: buckets, success }: RunReport): ReportChart {
  const largest = buckets.reduce((best, each) => (each.count > best.count ? each : best));
  const svg = barChart(
    {
      id: 'histogram',
      title: 'Latency histogram',
      description: `${success} successful calls in ${buckets.length} buckets; the largest has ${largest.count} calls of at most ${shortNumber(largest.upToMs)} ms.`,
      xLabel: 'latency in ms, up to',
      yLabel: 'calls',
    },
    buckets.map(({ upToMs, count }) => ({ label: shortNumber(upToMs), value: count })),
  );
  return { heading: 'Latency histogram', svg };
}

function percentileCurve({ percentiles, latencyMs }: RunReport): ReportChart {
  const below = percentiles.filter(({ percentile }) => percentile < 100);
  const scale = percentileScale(below.at(-1)?.percentile ?? 0);
  const svg = lineChart(
    {
      id: 'percentiles',
      title: 'Latency by percentile',
      description: `p50 ${inMs(latencyMs.p50)}, p90 ${inMs(latencyMs.p90)}, p99 ${inMs(latencyMs.p99)}, p99.9 ${inMs(latencyMs.p999)}, maximum ${inMs(latencyMs.max)}.`,
      xLabel: 'percentile (logarithmic)',
      yLabel: 'latency in ms',
    },
    scale,
    [
      {
        name: 'latency',
        style: 'series-1',
        points: below.map(({ percentile, ms }) => [percentile, ms]),
      },
    ],
  );
  return { heading: 'Latency by percentile', svg };
}

function latencyOverTime({ perSecond, latencyMs }: RunReport): ReportChart {
  const points = joined(perSecond).filter(({ success }) => success > 0);
  const lines: Series[] = [
    { name: 'p50', style: 'series-1', points: points.map(({ second, p50Ms }) => [second, p50Ms]) },
    { name: 'p99', style: 'series-2', points: points.map(({ second, p99Ms }) => [second, p99Ms]) },
  ];
  const svg = lineChart(
    {
      id: 'latency-over-time',
      title: 'Latency over time',
      description: `p50 and p99 of the calls that ended in each second; of the whole run p50 ${inMs(latencyMs.p50)}, p99 ${inMs(latencyMs.p99)}.`,
      xLabel: 'time',
      yLabel: 'latency in ms',
    },
    timeScale(perSecond.length - 1),
    lines,
  );
  return { heading: 'Latency over time', svg };
}

function callsOverTime({ perSecond, seconds, throughput, calls, success }: RunReport): ReportChart {
  // Less than a second would look like a fall of the rate.
  const whole = perSecond.filter(({ second }) => second === 0 || second + 1 <= seconds);
  const points = joined(whole);
  const lines: Series[] = [
    {
      name: 'successful',
      style: 'series-1',
      points: points.map(({ second, success: count }) => [second, count]),
    },
    {
      name: 'failed',
      style: 'failure',
      points: points.map(({ second, errors }) => [second, errors]),
    },
  ];
  const svg = lineChart(
    {
      id: 'calls-over-time',
      title: 'Calls and errors per second',
      description: `${shortNumber(throughput)} successful calls per second on average; ${calls - success} of ${calls} calls failed.`,
      xLabel: 'time',
      yLabel: 'calls per second',
    },
    timeScale(whole.length - 1),
    lines,
  );
  return { heading: 'Calls and errors per second', svg };
}

/** Groups of seconds: counts are means, latencies those of the slowest second. */
function joined(seconds: readonly SecondOfRun[]): SecondOfRun[] {
  const size = Math.ceil(seconds.length / MAX_POINTS);
  if (size <= 1) {
    return [...seconds];
  }
  return Array.from({ length: Math.ceil(seconds.length / size) }, (_, index) => {
    const group = seconds.slice(index * size, (index + 1) * size);
    const mean = (read: (each: SecondOfRun) => number) =>
      group.reduce((sum, each) => sum + read(each), 0) / group.length;
    return {
      second: group[0]!.second,
      success: mean(({ success }) => success),
      errors: mean(({ errors }) => errors),
      p50Ms: Math.max(...group.map(({ p50Ms }) => p50Ms)),
      p99Ms: Math.max(...group.map(({ p99Ms }) => p99Ms)),
    };
  });
}
