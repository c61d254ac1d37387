import type { FindingReport, Finding, FindingRule } from './finding.js';
import { VERSION } from '../terminal/terminal.js';

/** Where viewers of SARIF find the documentation. */
const REPOSITORY = 'https://github.com/nestjs-thrift/nestjs-thrift';

/** One line of JSON: `{ findings, errors, warnings }`. */
export function formatJson({ findings }: FindingReport): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  return `${JSON.stringify({ findings, errors, warnings: findings.length - errors })}\n`;
}

/** SARIF 2.1.0, which code hosts and editors read. */
export function formatSarif({ findings, rules, documentation }: FindingReport): string {
  const indexes = new Map(rules.map(({ name }, index) => [name, index]));
  const driver = {
    name: 'nestjs-thrift',
    informationUri: REPOSITORY,
    semanticVersion: VERSION,
    rules: rules.map((rule) => describeRule(rule, documentation)),
  };
  const results = findings.map((finding) => describeResult(finding, indexes.get(finding.rule)));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function describeRule(
  { name, summary, reason, level }: FindingRule,
  documentation: string,
): object {
  return {
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: reason },
    helpUri: `${REPOSITORY}/blob/main/${documentation}#the-rules`,
    help: { text: `${reason} See ${documentation}.` },
    defaultConfiguration: { level },
  };
}

function describeResult(finding: Finding, ruleIndex: number | undefined): object {
  const { rule, level, category, message, notes = [] } = finding;
  const { file, line, column } = finding.anchor ?? finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level,
    ...(category === undefined ? {} : { properties: { category } }),
    message: { text: [message, ...notes].join('\n') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file) },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}
