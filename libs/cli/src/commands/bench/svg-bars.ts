/** One bar of a chart. */
export interface Bar {
  /** Text that needs no escaping. */
  readonly label: string;
  readonly value: number;
}

const WIDTH = 800;
const HEIGHT = 220;
const LABELS = 30;
const MAX_BARS = 120;

/** Bars from left to right as an SVG. More than fit are joined: each bar is then the mean of its neighbours. */
export function barChart(all: readonly Bar[]): string {
  const bars = joined(all);
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const slot = WIDTH / Math.max(1, bars.length);
  const labelEvery = Math.ceil(bars.length / 12);
  const shapes = bars.map(({ label, value }, index) => {
    const height = (value / most) * (HEIGHT - LABELS - 20);
    const x = (index * slot).toFixed(1);
    const y = (HEIGHT - LABELS - height).toFixed(1);
    const shown = Number(value.toFixed(3));
    const rect = `<rect x="${x}" y="${y}" width="${(slot * 0.9).toFixed(1)}" height="${height.toFixed(1)}"><title>${label}: ${shown}</title></rect>`;
    if (index % labelEvery !== 0) {
      return rect;
    }
    const text = `<text x="${x}" y="${HEIGHT - 12}">${label}</text>`;
    return `${rect}${text}<text x="${x}" y="${Number(y) - 4}">${shown}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${shapes.join('')}</svg>`;
}

function joined(bars: readonly Bar[]): Bar[] {
  const size = Math.ceil(bars.length / MAX_BARS);
  if (size <= 1) {
    return [...bars];
  }
  return Array.from({ length: Math.ceil(bars.length / size) }, (_, index) => {
    const group = bars.slice(index * size, (index + 1) * size);
    const value = group.reduce((sum, each) => sum + each.value, 0) / group.length;
    return { label: group[0]!.label, value };
  });
}
