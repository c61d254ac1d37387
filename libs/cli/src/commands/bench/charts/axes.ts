/** Size of all charts in the units of their view box. */
export const WIDTH = 720;
export const HEIGHT = 276;
/** The area of the data. */
export const PLOT = { left: 62, right: WIDTH - 12, top: 28, bottom: HEIGHT - 46 } as const;

/** A mark on an axis: where it is and what it says. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Round values from 0 to at least `most`, about five of them. */
export function linearTicks(most: number): number[] {
  if (!(most > 0)) {
    return [0, 1];
  }
  const rough = most / 4;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * decade >= rough)! * decade;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => index * step);
}

/** A number with at most three significant digits, thousands apart. */
export function shortNumber(value: number): string {
  if (value >= 1000) {
    return Math.round(value).toLocaleString('en-US');
  }
  return String(Number(value.toPrecision(3)));
}

/** A time in milliseconds, as people read it: no line breaks within it. */
export function inMs(value: number): string {
  return `${shortNumber(value)}\u00a0ms`;
}

/** Text for SVG and HTML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What a chart says and shows. */
export interface ChartText {
  readonly id: string;
  readonly title: string;
  /** The figures in a sentence, for screen readers. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

/** The frame of a chart: grid, axes, labels, and names for screen readers; `shapes` are the data. */
export function chart(
  text: ChartText,
  xTicks: readonly Tick[],
  yTicks: readonly Tick[],
  shapes: string,
): string {
  const { id, title, description, xLabel, yLabel } = text;
  const { left, right, top, bottom } = PLOT;
  const rows = yTicks.map(
    ({ at, label }) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/>` +
      `<text x="${left - 8}" y="${(at + 4).toFixed(1)}" text-anchor="end">${label}</text>`,
  );
  const columns = xTicks.map(
    ({ at, label }) =>
      `<text x="${at.toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`,
  );
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text">` +
    `<title id="${id}-title">${escapeMarkup(title)}</title><desc id="${id}-text">${escapeMarkup(description)}</desc>` +
    `${rows.join('')}${columns.join('')}${shapes}` +
    `<text class="axis" x="${(left + right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escapeMarkup(xLabel)}</text>` +
    `<text class="axis" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeMarkup(yLabel)}</text></svg>`
  );
}

/** Places of values on the vertical axis, from 0 up. */
export function verticalScale(most: number): {
  readonly ticks: readonly Tick[];
  readonly place: (value: number) => number;
} {
  const values = linearTicks(most);
  const highest = values.at(-1)!;
  const place = (value: number) =>
    PLOT.bottom - (Math.min(value, highest) / highest) * (PLOT.bottom - PLOT.top);
  return { ticks: values.map((value) => ({ at: place(value), label: shortNumber(value) })), place };
}
