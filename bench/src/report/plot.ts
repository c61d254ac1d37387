/** One bar of a plot. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

const WIDTH = 760;
const LABEL_WIDTH = 250;
const ROW = 26;

/** Horizontal bars on a logarithmic scale, as an SVG document: values of peers differ by orders of magnitude. */
export function barPlot(title: string, unit: string, bars: readonly Bar[]): string {
  const smallest = Math.min(...bars.map(({ value }) => value));
  const largest = Math.max(...bars.map(({ value }) => value));
  const from = Math.floor(Math.log10(smallest));
  const to = Math.max(from + 1, Math.ceil(Math.log10(largest)));
  const scale = (value: number) =>
    ((Math.log10(value) - from) / (to - from)) * (WIDTH - LABEL_WIDTH - 90);
  const rows = bars.map(({ label, value }, index) => {
    const y = 44 + index * ROW;
    const width = Math.max(2, scale(value)).toFixed(1);
    const color = /^(thrift|Nest to Nest|nestjs-thrift)/.test(label) ? '#c2264b' : '#8a94a6';
    const shown = value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escape(label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="18" fill="${color}"/>`,
      `<text x="${LABEL_WIDTH + Number(width) + 6}" y="${y + 14}">${shown}</text>`,
    ].join('');
  });
  const height = 56 + bars.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="24" font-size="15" font-weight="bold">${escape(title)} (${escape(unit)}, logarithmic)</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
