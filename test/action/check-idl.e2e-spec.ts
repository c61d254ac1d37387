import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cleanUp } from '#test/cleanup.js';
import { listenOnFreePort } from '#test/ports.js';

const script = resolve('action/check-idl.mjs');
const binary = resolve('libs/cli/bin/nestjs-thrift.js');
const isBuilt = existsSync('libs/cli/dist/bundle/index.js');

if (!isBuilt) {
  console.warn('libs/cli is not built: the script of the action is not tried');
}

const OLD = `namespace js users

/** A user. */
struct User { 1: required i64 id, 2: string name }
/** Users. */
service Users { User Get(1: i64 id) }
`;

/** What the API was asked for. */
interface ApiCall {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'action-'));
  cleanUp(() => rmSync(folder, { recursive: true }));
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function git(...argv: string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...identity, ...argv], { cwd: folder, encoding: 'utf8' }).trim();
}

/** A repository with a commit of the old IDL. @returns the commit. */
function repository(): string {
  write('idl/user.thrift', OLD);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'old');
  return git('rev-parse', 'HEAD');
}

/** An API with some comments on pull request 7. */
async function serveApi(
  comments: object[],
  status = 200,
): Promise<{ url: string; calls: ApiCall[] }> {
  const calls: ApiCall[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      calls.push({ method, url, authorization: headers.authorization, body });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(method === 'GET' ? comments : {}));
    });
  });
  cleanUp(() => void server.close());
  return { url: `http://127.0.0.1:${await listenOnFreePort(server)}`, calls };
}

async function check(inputs: Record<string, string>, api?: string, base?: string) {
  const event = { pull_request: { number: 7, base: { sha: base } } };
  const env = {
    PATH: process.env.PATH,
    GITHUB_EVENT_PATH: write('event.json', JSON.stringify(base === undefined ? {} : event)),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_REPOSITORY: 'example/users',
    GITHUB_API_URL: api,
    INPUT_IDL: 'idl/**/*.thrift',
    INPUT_COMMENT: 'true',
    INPUT_TOKEN: 'secret-token',
    INPUT_COMMAND: `${process.execPath} ${binary}`,
    ...inputs,
  };
  // Not synchronous: the API is served by this process.
  const child = spawn(process.execPath, [script], { cwd: folder, env });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (out += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { code, out, summary: read('summary.md'), output: read('output') };
}

(isBuilt ? describe : describe.skip)('the action', () => {
  it('writes a summary for the job and a comment on the pull request', async () => {
    const base = repository();
    write('idl/user.thrift', OLD.replace('2: string name', '3: string name'));
    write('policies.yaml', 'clients:\n  Users:\n    timeoutt: 1\n');
    const { url, calls } = await serveApi([{ id: 1, body: 'hello' }]);
    const { code, out, summary, output } = await check(
      { INPUT_POLICIES: 'policies.yaml' },
      url,
      base,
    );

    expect(code).toBe(1);
    expect(summary).toContain('## ❌ Thrift IDL');
    expect(summary).toMatch(/\| lint \| .* errors?, \d+ warnings? \|/);
    expect(summary).toMatch(/\| breaking \| ❌ \d+ errors?, /);
    expect(summary).toMatch(/\| check-config `policies\.yaml` \| ❌ \d+ faults? \|/);
    expect(out).toMatch(/::error file=idl\/user\.thrift,line=\d+,col=\d+,title=[a-z-]+::/);
    expect(output).toMatch(/^errors=[1-9]\d*\nwarnings=\d+\n$/);
    expect(calls.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'GET /repos/example/users/issues/7/comments?per_page=100&page=1',
      'POST /repos/example/users/issues/7/comments',
    ]);
    expect(calls[1]!.authorization).toBe('Bearer secret-token');
    expect((JSON.parse(calls[1]!.body) as { body: string }).body).toBe(summary);
    expect(out + summary).not.toContain('secret-token');
  });

  it('changes its comment of an earlier run', async () => {
    const base = repository();
    const { url, calls } = await serveApi([
      { id: 5, body: '<!-- nestjs-thrift IDL checks -->\nold' },
    ]);
    const { code, summary } = await check({}, url, base);

    expect(code).toBe(0);
    expect(summary).toContain('| breaking | ✅ 0 errors, 0 warnings |');
    expect(calls.at(-1)).toMatchObject({
      method: 'PATCH',
      url: '/repos/example/users/issues/comments/5',
    });
  });

  it('does not fail where the token cannot write, as for a fork', async () => {
    const base = repository();
    const { url } = await serveApi([], 403);
    const { code, out } = await check({}, url, base);

    expect(code).toBe(0);
    expect(out).toContain('::notice::the summary is in the job, not on the pull request: GET ');
  });

  it('checks a push without a base, and says when a check cannot run', async () => {
    repository();
    const pushed = await check({});
    expect(pushed.code).toBe(0);
    expect(pushed.summary).not.toContain('| breaking |');
    const broken = await check({ INPUT_IDL: 'none/*.thrift' });
    expect(broken.code).toBe(1);
    expect(broken.summary).toContain('| lint | ❌ could not run |');
  });

  it('makes no markup of what the IDL has', async () => {
    const base = repository();
    const text = '<img src=x> @everyone | [l](u)';
    write('idl/user.thrift', OLD.replace('string name', `string name = "${text}"`));
    const { summary } = await check({ INPUT_COMMENT: 'false' }, undefined, base);

    expect(summary).toContain('&#60;img src=x&#62; &#64;everyone &#124; &#91;l&#93;&#40;u&#41;');
    expect(summary).not.toMatch(/<img|@everyone|\]\(u\)/);
  });
});
