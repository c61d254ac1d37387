import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryIo, type MemoryIo } from '#test/memory-io.js';
import { sarifFaults } from '../../../test/support/sarif-faults.js';
import { run } from '../../main.js';

const CLEAN = `namespace go a

/** Serves. */
service S {
  /** Does. */
  void ping()
}
`;

const WARNED = `namespace go a

enum Colour {
  RED = 0
  green = 1, BLUE
}
`;

const WRONG = 'namespace go a\n\nstruct A {\n\ti32 a = 1\n}\n';

describe('nestjs-thrift lint', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'lint-'));
  });

  afterEach(() => rmSync(cwd, { recursive: true }));

  function write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }

  const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');

  async function lint(...argv: string[]): Promise<{ code: number; io: MemoryIo }> {
    const io = memoryIo(cwd);
    return { code: await run(['lint', ...argv, '--implicit-field-ids', 'apache'], io), io };
  }

  it('ends with 0 and no output where nothing is found', async () => {
    write('idl/a.thrift', CLEAN);
    const { code, io } = await lint('idl/**/*.thrift');

    expect(code).toBe(0);
    expect(io.out()).toBe('');
    expect(io.err()).toBe('0 errors, 0 warnings\n');
  });

  it('shows findings with rule, line and caret, and ends with 0 for warnings', async () => {
    write('idl/a.thrift', WARNED);
    const { code, io } = await lint('idl');

    expect(code).toBe(0);
    expect(io.out()).toBe(
      [
        'idl/a.thrift:5:3: warning: "green" is not in UPPER_CASE; call it GREEN [upper-case-naming]',
        '    green = 1, BLUE',
        '    ^',
        '  They stand next to types and variables in generated code, where only the case distinguishes them.',
        '',
        'idl/a.thrift:5:14: warning: "BLUE" gets its value 2 by counting; write it [enum-explicit-values]',
        '    green = 1, BLUE',
        '               ^',
        '  Values that are counted change for all members behind one that is put in or taken out, and only numbers go over the wire.',
        '',
      ].join('\n'),
    );
    expect(io.err()).toBe('0 errors, 2 warnings; --fix repairs 1 of them\n');
  });

  it('gives the reason of a rule once', async () => {
    write('a.thrift', WARNED.replace('RED', 'red'));
    const { io } = await lint('a.thrift');

    expect(io.out().match(/upper-case-naming\]/g)).toHaveLength(2);
    expect(io.out().match(/They stand next to types/g)).toHaveLength(1);
    expect(io.err()).toContain('    2  upper-case-naming\n    1  enum-explicit-values\n');
  });

  it('ends with 1 at more warnings than --max-warnings, also where --quiet hides them', async () => {
    write('a.thrift', WARNED);

    expect((await lint('a.thrift', '--max-warnings', '2')).code).toBe(0);
    const { code, io } = await lint('a.thrift', '--max-warnings', '1', '--quiet');
    expect({ code, out: io.out() }).toEqual({ code: 1, out: '' });
    expect(io.err()).toContain(
      '2 warnings; --fix repairs 1 of them; more than 1 warning (--max-warnings)',
    );
  });

  it('ends with 1 for errors', async () => {
    write('a.thrift', WRONG);
    const { code, io } = await lint('a.thrift');

    expect(code).toBe(1);
    expect(io.out()).toContain('a.thrift:4:6: error: "a" of struct "A" has no id');
    expect(io.out()).toContain('  \ti32 a = 1\n  \t    ^\n');
    expect(io.err()).toBe('error: 1 error, 1 warning\n');
  });

  it('repairs what is safe, and writes no other file', async () => {
    write('idl/a.thrift', WARNED);
    write('idl/b.thrift', Buffer.from([...Buffer.from(CLEAN), 0x23, 0xff]));
    const { code, io } = await lint('idl', '--fix');

    expect(code).toBe(0);
    expect(read('idl/a.thrift')).toBe(WARNED.replace('BLUE', 'BLUE = 2'));
    expect(readFileSync(join(cwd, 'idl/b.thrift')).at(-1)).toBe(0xff);
    expect(io.out()).not.toContain('enum-explicit-values');
    expect(io.err()).toBe('0 errors, 1 warning; 1 fixed\n');
  });

  it('repairs nothing in a file whose bytes would be lost', async () => {
    const text = Buffer.from([...Buffer.from(WARNED), 0x23, 0xff]);
    write('idl/a.thrift', text);
    const { code, io } = await lint('idl', '--fix');

    expect(code).toBe(3);
    expect(io.err()).toContain('idl/a.thrift is not UTF-8');
    expect(readFileSync(join(cwd, 'idl/a.thrift'))).toEqual(text);
  });

  it('looks only at the files asked for, not at those they include', async () => {
    write('vendor/shared.thrift', WRONG);
    write('a.thrift', `include "shared.thrift"\n${CLEAN}\ntypedef list<shared.A> As\n`);

    expect((await lint('a.thrift', '-I', 'vendor')).io.err()).toBe('0 errors, 0 warnings\n');
  });

  it.each([
    ['.thriftlintrc.yaml', 'rules:\n  upper-case-naming: error\n  enum-explicit-values: off\n'],
    [
      '.thriftlintrc.yml',
      '# no more\nrules: { upper-case-naming: error, enum-explicit-values: off }',
    ],
    ['.thriftlintrc.json', '{"rules":{"upper-case-naming":"error","enum-explicit-values":"off"}}'],
  ])('is configured by %s in a folder above', async (name, text) => {
    write(name, text);
    write('service/a.thrift', WARNED);
    const io = memoryIo(join(cwd, 'service'));

    expect(await run(['lint', 'a.thrift'], io)).toBe(1);
    expect(io.out()).toContain('error: "green"');
    expect(io.out()).not.toContain('BLUE" gets');
  });

  it('takes the configuration that is named before the one that is found', async () => {
    write('.thriftlintrc.yaml', 'rules: { upper-case-naming: error }');
    write('other.yaml', '');
    write('a.thrift', WARNED);

    expect((await lint('a.thrift', '--config', 'other.yaml')).code).toBe(0);
  });

  it.each([
    ['rules: { a: off, enum-zero: on }', 'rules.a: there is no such rule'],
    ['rules: { a: off }', '.thriftlintrc.yaml: rules.a: there is no such rule\n'],
    ['rules: [', '.thriftlintrc.yaml: '],
    ['- rules', 'the whole: must be an object'],
  ])('ends with 3 for the configuration %j', async (text, message) => {
    write('.thriftlintrc.yaml', text);
    write('a.thrift', WARNED);
    const { code, io } = await lint('a.thrift');

    expect(code).toBe(3);
    expect(io.err()).toContain(message);
  });

  it.each([
    [['none'], 2, "no .thrift file matches 'none'"],
    [['a.thrift', '--format', 'xml'], 2, 'Allowed choices are text, json, sarif, github'],
    [['a.thrift', '--config', 'none.yaml'], 3, 'cannot use none.yaml: ENOENT'],
    [['broken.thrift'], 3, '1 error in the IDL'],
  ])('ends for %j with %i', async (argv, expected, message) => {
    write('a.thrift', CLEAN);
    write('broken.thrift', 'struct A {');
    const { code, io } = await lint(...argv);

    expect(code).toBe(expected);
    expect(io.err()).toContain(message);
  });

  it.each([['--json'], ['--format=json']])('writes JSON for %s', async (option) => {
    write('a.thrift', WRONG);
    const { code, io } = await lint('a.thrift', option);

    expect(code).toBe(1);
    expect(JSON.parse(io.out())).toMatchObject({
      errors: 1,
      warnings: 1,
      findings: [
        { rule: 'explicit-requiredness', level: 'warning', file: 'a.thrift', line: 4, column: 6 },
        { rule: 'field-id-explicit', level: 'error', file: 'a.thrift', line: 4, column: 6 },
      ],
    });
  });

  it('writes annotations for GitHub, with everything escaped', async () => {
    write('a,b.thrift', WRONG);
    const { io } = await lint('a,b.thrift', '--format', 'github');

    expect(io.out()).toMatch(
      /^::error file=a%2Cb\.thrift,line=4,col=6,title=field-id-explicit::"a" of struct "A" has no id; write one, such as 1:%0AWithout one .+$/m,
    );
  });

  it('writes SARIF that fits its schema and names the rules', async () => {
    write('folder of idl/a.thrift', WRONG);
    const { io } = await lint('folder of idl', '--format', 'sarif');
    const log = JSON.parse(io.out()) as {
      runs: [
        {
          tool: { driver: { rules: { id: string }[] } };
          results: { ruleId: string; ruleIndex: number }[];
        },
      ];
    };
    const [{ tool, results }] = log.runs;

    expect(sarifFaults(log)).toEqual([]);
    expect(tool.driver.rules[0]).toHaveProperty(
      'helpUri',
      expect.stringMatching(/^https:\/\/.*docs\/guides\/idl-lint\.md#the-rules$/),
    );
    expect(sarifFaults({ ...log, runs: [{ results }] })).not.toEqual([]);
    expect(results).toHaveLength(2);
    expect(results[1]).toMatchObject({
      ruleId: 'field-id-explicit',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'folder%20of%20idl/a.thrift' },
            region: { startLine: 4, startColumn: 6 },
          },
        },
      ],
    });
    for (const { ruleId, ruleIndex } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
  });

  it('writes SARIF that fits its schema where nothing is found', async () => {
    write('a.thrift', CLEAN);
    const { io } = await lint('a.thrift', '--format', 'sarif');

    expect(sarifFaults(JSON.parse(io.out()))).toEqual([]);
  });

  it('colours findings on a terminal', async () => {
    write('a.thrift', WRONG);
    const io = memoryIo(cwd, { isTTY: true });
    await run(['lint', 'a.thrift', '--implicit-field-ids', 'apache'], io);

    expect(io.out()).toContain('\u001b[31merror\u001b[39m');
    expect(io.out()).toContain('\u001b[33mwarning\u001b[39m');
  });
});
