import { chart, escapeMarkup, PLOT, verticalScale, type ChartText, type Tick } from './axes.js';

/** A line of a chart. */
export interface Series {
  readonly name: string;
  /** Class of the style sheet that colours it. */
  readonly style: 'series-1' | 'series-2' | 'failure';
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A horizontal axis. */
export interface HorizontalScale {
  readonly ticks: readonly Tick[];
  readonly place: (value: number) => number;
}

/** Lines over a common axis as an SVG, with a legend where there are several. */
export function lineChart(
  text: ChartText,
  { ticks, place }: HorizontalScale,
  lines: readonly Series[],
): string {
  const most = Math.max(0, ...lines.flatMap(({ points }) => points.map(([, y]) => y)));
  const vertical = verticalScale(most);
  const shapes = lines.map(({ name, style, points }) => {
    const path = points.map(([x, y]) => `${place(x).toFixed(1)},${vertical.place(y).toFixed(1)}`);
    const [only] = points;
    const dot =
      points.length === 1 && only !== undefined
        ? `<circle class="${style}" cx="${place(only[0]).toFixed(1)}" cy="${vertical.place(only[1]).toFixed(1)}" r="3"/>`
        : '';
    return `<polyline class="${style}" points="${path.join(' ')}"><title>${escapeMarkup(name)}</title></polyline>${dot}`;
  });
  return chart(
    text,
    ticks,
    vertical.ticks,
    shapes.join('') + (lines.length > 1 ? legend(lines) : ''),
  );
}

function legend(lines: readonly Series[]): string {
  return lines
    .map(({ name, style }, index) => {
      const x = PLOT.left + 10 + index * 120;
      return (
        `<line class="${style}" x1="${x}" x2="${x + 18}" y1="10" y2="10"/>` +
        `<text x="${x + 24}" y="14">${escapeMarkup(name)}</text>`
      );
    })
    .join('');
}

/** Seconds of a run, at most six labels. */
export function timeScale(seconds: number): HorizontalScale {
  const last = Math.max(1, seconds);
  const place = (value: number) => PLOT.left + (value / last) * (PLOT.right - PLOT.left);
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].find(
    (each) => last / each <= 6,
  )!;
  const marks = Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
  return { place, ticks: marks.map((value) => ({ at: place(value), label: `${value} s` })) };
}

const NINES = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999];

/** Percentiles by the logarithm of what is above them: 90, 99 and 99.9 % are equally far apart. */
export function percentileScale(highest: number): HorizontalScale {
  const depth = (percentile: number) => -Math.log10(1 - percentile / 100);
  const last = NINES.find((nine) => nine >= highest && nine > 0) ?? NINES.at(-1)!;
  const place = (percentile: number) =>
    PLOT.left + Math.min(1, depth(percentile) / depth(last)) * (PLOT.right - PLOT.left - 20);
  const shown = NINES.filter((nine) => nine <= last);
  return { place, ticks: shown.map((value) => ({ at: place(value), label: `${value}%` })) };
}
