import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { globSync } from 'tinyglobby';
import { parse, parseAllDocuments } from 'yaml';
import { POLICY_FILE } from './governance-schema.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const schema = JSON.parse(read('libs/governance/policy-file.schema.json')) as object;
const accepts = new Ajv({ allErrors: true, strict: true }).compile(schema);

/** The policy files of the documentation, the sample and the manifests. */
function examples(): [string, unknown][] {
  const inMarkdown = globSync('docs/**/*.md', { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]): [string, unknown] => [
      file,
      parse(text!),
    ]),
  );
  const inManifests = globSync('deploy/**/configmap.yaml', {
    cwd: root,
    ignore: '**/node_modules/**',
  }).map((file): [string, unknown] => {
    const data = parseAllDocuments(read(file))[0]!.toJS() as { data: Record<string, string> };
    return [file, parse(data.data['governance.yaml']!)];
  });
  const isPolicyFile = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).join() === 'services';
  return [...inMarkdown, ...inManifests].filter(([, value]) => isPolicyFile(value));
}

function problemsOf(value: unknown): string[] {
  const problems: string[] = [];
  POLICY_FILE.read(value, '', problems);
  return problems;
}

function method(policies: object): unknown {
  return { services: { users: { methods: { '*': policies } } } };
}

describe('the JSON Schema of policy files', () => {
  it('accepts all examples, as the reader does', () => {
    const all = examples();
    expect(all.length).toBeGreaterThan(3);
    for (const [file, value] of all) {
      expect([file, problemsOf(value)]).toEqual([file, []]);
      expect([file, accepts(value), accepts.errors]).toEqual([file, true, null]);
    }
  });

  it.each([
    ['an unknown key', { services: {}, service: {} }],
    ['an unknown policy', method({ timeouts: {} })],
    [
      'a number beyond its range',
      method({ retry: { enable: true, failure_policy: { stop_policy: { max_retry_times: 6 } } } }),
    ],
    ['a fraction of a millisecond', method({ timeout: { rpc_timeout_ms: 0.5 } })],
    ['a rate of 0', method({ circuit_break: { enable: true, err_rate: 0 } })],
    ['a missing switch', method({ degradation: { percentage: 5 } })],
    [
      'a backoff with the times of another',
      method({
        retry: {
          enable: true,
          failure_policy: {
            backoff_policy: { backoff_type: 'fixed', cfg_items: { min_ms: 1, max_ms: 2 } },
          },
        },
      }),
    ],
    ['an unknown balancer', { services: { users: { load_balance: { type: 'fastest' } } } }],
    ['a text for a number', { services: { users: { limit: { qps_limit: '5' } } } }],
  ])('rejects %s, as the reader does', (_name, value) => {
    expect(problemsOf(value)).not.toEqual([]);
    expect(accepts(value)).toBe(false);
  });

  it('accepts what Go writes for a pointer that is not set', () => {
    const value = method({ retry: { enable: false, failure_policy: null, backup_policy: null } });
    expect(problemsOf(value)).toEqual([]);
    expect(accepts(value)).toBe(true);
  });

  it('describes the policies of a method', () => {
    const text = JSON.stringify(schema);
    for (const key of ['rpc_timeout_ms', 'retry', 'circuit_break', 'degradation', 'qps_limit']) {
      expect(text).toContain(`"${key}":{"description":"`);
    }
  });
});
