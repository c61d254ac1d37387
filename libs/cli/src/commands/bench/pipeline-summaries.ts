import { escapeMarkup } from './charts/axes.js';
import type { RunReport } from './run-report.js';

/** The outcome as Markdown, for the summary of a pipeline or a comment on a change. */
export function formatMarkdown(report: RunReport): string {
  const { target, calls, success, throughput, latencyMs, errors, load } = report;
  const { p50, p90, p99, max } = latencyMs;
  const lines = [
    `### ${cell(target.method)} at ${cell(target.address)}`,
    '',
    '| successful calls/s | calls | errors | p50 | p90 | p99 | max |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${throughput.toFixed(1)} | ${calls} | ${calls - success} | ${p50} ms | ${p90} ms | ${p99} ms | ${max} ms |`,
  ];
  if (load.dropped > 0) {
    lines.push('', `**${load.dropped} of ${load.due} calls were due and not made.**`);
  }
  const classes = Object.entries(errors);
  if (classes.length > 0) {
    lines.push('', '| error | calls | first error |', '| --- | ---: | --- |');
    for (const [name, { calls: count, firstError }] of classes) {
      lines.push(`| ${cell(name)} | ${count} | ${cell(firstError)} |`);
    }
  }
  if (report.assertions.length > 0) {
    lines.push('', '| assertion | measured | |', '| --- | ---: | --- |');
    for (const { text, met, measured, unit } of report.assertions) {
      const shown = measured === null ? 'no call succeeded' : `${measured} ${unit}`.trim();
      lines.push(`| \`${text}\` | ${shown} | ${met ? '✅' : '❌'} |`);
    }
  }
  if (report.comparison !== undefined) {
    const { file, figures } = report.comparison;
    lines.push(
      '',
      `| compared with ${cell(file)} | before | now | |`,
      '| --- | ---: | ---: | --- |',
    );
    for (const { name, unit, before, now, worsePercent, verdict } of figures) {
      lines.push(
        `| ${name} | ${before} ${unit} | ${now} ${unit} | ${verdict} (${worsePercent > 0 ? '+' : ''}${worsePercent} %) |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Each assertion as a test case of JUnit, and the run itself as one that fails where every call did. */
export function formatJunit(report: RunReport): string {
  const { target, seconds, calls, success, errors, assertions } = report;
  const suite = escapeMarkup(`${target.method} at ${target.address}`);
  const [first] = Object.values(errors);
  const cases = [
    {
      name: 'calls succeed',
      failure:
        calls > 0 && success === 0 ? `every call failed; the first with ${first?.firstError}` : '',
    },
    ...assertions.map(({ text, met, measured, unit }) => ({
      name: text,
      failure: met
        ? ''
        : measured === null
          ? 'no call succeeded'
          : `it is ${measured} ${unit}`.trim(),
    })),
  ];
  const failures = cases.filter(({ failure }) => failure !== '').length;
  const body = cases.map(({ name, failure }) => {
    const start = `<testcase classname="${suite}" name="${escapeMarkup(name)}" time="${seconds}"`;
    return failure === ''
      ? `    ${start}/>`
      : `    ${start}><failure message="${escapeMarkup(failure)}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="${suite}" tests="${cases.length}" failures="${failures}" time="${seconds}">`,
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[|<>`*_\\[\]]/g, (mark) => `\\${mark}`);
}
