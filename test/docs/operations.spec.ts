import { existsSync, readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';
import { documentationFiles, proseOf } from './markdown.js';

const METRIC = /`((?:thrift|kitex)_\w+)/g;
/** Of the adapter of Prometheus for the autoscaler, and the folder of Kitex's generator. */
const OTHERS = new Set(['thrift_requests_per_second', 'kitex_gen']);
/** Endings of the series of a histogram. */
const SERIES = /_(?:bucket|sum|count)$/;

const reference = readFileSync('docs/reference/metrics.md', 'utf8');
const known = new Set([...reference.matchAll(METRIC)].map(([, name]) => name!));

describe('metrics in the documentation', () => {
  it.each(documentationFiles())('of %s exist', (file) => {
    const named = [...readFileSync(file, 'utf8').matchAll(METRIC)].map(([, name]) => name!);
    const unknown = named.filter((name) => {
      const plain = name.replace(SERIES, '').replace(/^kitex_/, 'thrift_');
      return !OTHERS.has(name) && !known.has(name) && !known.has(plain);
    });
    expect(unknown).toEqual([]);
  });
});

describe('lines of the log in the documentation', () => {
  it('exist, with the values that they show', () => {
    const lines = [...readFileSync('docs/reference/log-lines.md', 'utf8').matchAll(/`([^`]+)`/g)];
    const patterns = lines.map(
      ([, line]) =>
        new RegExp(
          `^${line!
            .split(/<[^>]*>/)
            .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
            .join('.*')}$`,
        ),
    );
    const health = readFileSync('docs/operations/health.md', 'utf8');
    const shown = [...health.matchAll(/`(drain [^`]*|Drain [^`]*)`/gi)].map(([, line]) => line!);
    expect(shown).toHaveLength(3);
    expect(shown.filter((line) => !patterns.some((pattern) => pattern.test(line)))).toEqual([]);
  });
});

const PAGES = globSync(['docs/operations/*.md', 'docs/zh/operations/*.md']).sort();

/** Names of others that the pages use: Node, Nest, Kubernetes, Docker, Prometheus, HTTP, OpenTelemetry, Kitex. */
const FOREIGN = new Set(
  `app enableShutdownHooks useProcessExit messageKey ConsoleLogger BadRequestException UnprocessableEntityException
  npx docker run init tini kubectl port forward promtool probe streamx Forwarded Via X Real IP Host
  opentelemetry SERVER CLIENT ERROR Export Chat tenant
  RPC_TRANSIT_traceparent RPC_TRANSIT_tracestate RPC_TRANSIT_baggage`.split(/\s+/),
);

describe('pages of operations', () => {
  const words = wordsOf([
    'docs/reference/{options,metrics,errors,decorators,commands,policy-file,log-lines}.md',
    'libs/*/api/*.md',
    'deploy/{kubernetes,prometheus,docker}/**/*',
  ]);
  const metrics = new Set([...known].map((name) => name.replace(/^thrift_/, '')));
  const sources = globSync('libs/*/src/**/*.ts', { ignore: '**/*.spec.ts' })
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  /** Keys of metadata, attributes of spans and the like. */
  const isLiteral = (code: string) => sources.includes(`'${code}'`);
  /** A metric with or without its prefix, with or without labels, or the beginning of several. */
  const isMetric = (code: string) => {
    const name = code.replace(/^(?:thrift|kitex)_/, '').replace(/\{.*\}$/, '');
    const beginning = name.replace(/\*$/, '');
    return (
      metrics.has(name) ||
      (name !== '' &&
        [...metrics].some((metric) => beginning.endsWith('_') && metric.startsWith(beginning)))
    );
  };
  const isFile = (code: string) =>
    [code, `deploy/${code}`, `deploy/prometheus/rules/${code}`].some((path) => existsSync(path));

  const isUnknown = (code: string) =>
    !isLiteral(code) &&
    !isMetric(code) &&
    !isFile(code) &&
    (code.match(/[A-Za-z]\w*/g) ?? []).some((word) => !words.has(word) && !FOREIGN.has(word));

  it.each(PAGES)(
    '%s has names of options, metrics, keys, variables and files that exist',
    (page) => {
      expect(codesIn(proseOf(page)).filter(isUnknown)).toEqual([]);
    },
  );

  it.each(['docs/migrate/kitex.md', 'docs/zh/migrate/kitex.md'])(
    '%s has names that exist, next to those of Kitex',
    (page) => {
      const ours = [...proseOf(page).matchAll(/^\|[^|]*\|([^|]*)/gm)].map(([, cell]) => cell!);
      expect(ours.flatMap(codesIn).filter(isUnknown)).toEqual([]);
    },
  );

  it('say how much of what is the default', () => {
    const options = readFileSync('docs/reference/options.md', 'utf8');
    const said = PAGES.flatMap((page) => [
      ...proseOf(page).matchAll(/`(\w+)`(?: of `\w+`)? \(([\d,]+)( minutes)?(?: ms)?[;)]/g),
    ]);
    expect(said.length).toBeGreaterThanOrEqual(5);
    for (const [text, name, figure, minutes] of said) {
      const value = Number(figure!.replace(',', '')) * (minutes === undefined ? 1 : 60_000);
      const rows = options.matchAll(
        new RegExp(`^\\| \`${name}\` [^|]*\\|[^|]*\\| \`?([\\d,]+)`, 'gm'),
      );
      const defaults = [...rows].map(([, each]) => Number(each!.replaceAll(',', '')));
      expect({ text, defaults }).toEqual({ text, defaults: expect.arrayContaining([value]) });
    }
  });

  it('list the reasons of rejections', () => {
    const api = readFileSync('libs/transport/api/index.api.md', 'utf8');
    const observability = proseOf('docs/operations/observability.md').replaceAll('\n', ' ');
    for (const type of ['RejectionReason', 'StreamRejectionReason']) {
      const union = new RegExp(`^type ${type} = (.*);$`, 'm').exec(api)![1]!;
      const reasons = [...union.matchAll(/'(\w+)'/g)].map(([, reason]) => reason!);
      const lists = [...observability.matchAll(/`reason`[^.]* is ([^.]*)\./g)].map(([, list]) =>
        [...list!.matchAll(/`([a-z_]+)`/g)].map(([, reason]) => reason!),
      );
      expect(lists).toContainEqual(reasons);
    }
  });

  it('list the variables of the environment that the deployment sets', () => {
    const [, list] = /The application reads ([^.]*)\s+from its environment/.exec(
      readFileSync('docs/operations/deployment.md', 'utf8'),
    )!;
    const { spec } = parse(readFileSync('deploy/kubernetes/deployment.yaml', 'utf8')) as Deployment;
    const set = spec.template.spec.containers.flatMap(({ env }) => env.map(({ name }) => name));
    expect([...list!.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort()).toEqual(set.sort());
  });

  it('list the alerts, with the time after which each fires', () => {
    const { groups } = parse(readFileSync('deploy/prometheus/rules/alerts.yml', 'utf8')) as Rules;
    const rules = groups.flatMap(({ rules: each }) => each);
    const text = readFileSync('docs/operations/deployment.md', 'utf8');
    const rows = [...text.matchAll(/^\| `(Thrift\w+)` +\| (.*) \|$/gm)].map(
      ([, alert, fires]) => [alert!, /for (\d+) minutes/.exec(fires!)?.[1]] as const,
    );
    expect(rows.map(([alert]) => alert)).toEqual(rules.map(({ alert }) => alert));
    const minutes = new Map(rules.map((rule) => [rule.alert, rule.for]));
    for (const [alert, each] of rows) {
      const said = each === undefined ? minutes.get(alert) : `${each}m`;
      expect([alert, minutes.get(alert)]).toEqual([alert, said]);
    }
  });
});

interface Deployment {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: { env: { name: string }[] }[] } };
  };
}

interface Rules {
  readonly groups: { readonly rules: { readonly alert: string; readonly for?: string }[] }[];
}

/** Inline code of a text. */
function codesIn(text: string): string[] {
  const codes = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return codes.flatMap((code) => {
    const [all, choices] = /\{(\w+(?:,\w+)+)\}/.exec(code) ?? [];
    return all === undefined ? [code] : choices!.split(',').map((each) => code.replace(all, each));
  });
}

function wordsOf(patterns: string[]): Set<string> {
  const texts = globSync(patterns).map((file) => readFileSync(file, 'utf8'));
  return new Set(texts.join('\n').match(/[A-Za-z]\w*/g));
}
