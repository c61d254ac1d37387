import { chart, escapeMarkup, PLOT, shortNumber, verticalScale, type ChartText } from './axes.js';

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** Bars from left to right as an SVG, each with its label below. */
export function barChart(text: ChartText, bars: readonly Bar[]): string {
  const { ticks, place } = verticalScale(Math.max(0, ...bars.map(({ value }) => value)));
  const slot = (PLOT.right - PLOT.left) / Math.max(1, bars.length);
  const shapes = bars.map(({ label, value }, index) => {
    const x = (PLOT.left + index * slot + slot * 0.08).toFixed(1);
    const y = place(value);
    const size = `width="${(slot * 0.84).toFixed(1)}" height="${(PLOT.bottom - y).toFixed(1)}"`;
    const name = `${escapeMarkup(label)}: ${shortNumber(value)}`;
    return `<rect class="series-1" x="${x}" y="${y.toFixed(1)}" ${size}><title>${name}</title></rect>`;
  });
  const labels = bars.map(({ label }, index) => ({
    at: PLOT.left + (index + 0.5) * slot,
    label: escapeMarkup(label),
  }));
  return chart(text, labels, ticks, shapes.join(''));
}
