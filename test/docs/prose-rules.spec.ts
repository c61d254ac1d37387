import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cleanUp } from '#test/cleanup.js';
import { RULES } from '../../scripts/prose-rules.mjs';

/** For each rule, in its order: texts that it finds, and similar ones that it does not. */
const SAMPLES: readonly (readonly [found: readonly string[], passed: readonly string[]])[] = [
  [['nobody listens', 'No-body answers'], ['the request has no body of text']],
  [['someone waits', 'whoever calls'], ['some bodies are large']],
  [
    ['sent anew', 'a client of its own', 'calls shall end'],
    ['sent again', 'its own client'],
  ],
  [['the observer is told', 'told of errors'], ['the observer is notified']],
  [
    ['it tells nothing', 'the file says so', 'as was said'],
    ['it tells which one', 'the file says 5'],
  ],
  [['the caller wants a reply', 'a reply not wanted'], ['the caller needs a reply']],
  [
    ['this is no client', 'they are no errors'],
    ['it is no longer open', 'there is no client'],
  ],
  [['beside the reply', 'besides that'], ['next to the reply']],
  [
    ['a way out', 'deep down', 'a codec of ours'],
    ['the way it ends', 'our codec'],
  ],
  [['a client made by hand'], ['a client made by code']],
  [['the call goes before the file'], ['the call takes precedence', 'as it was before']],
  [
    ['called once more', 'from now on'],
    ['called again', 'from then to now'],
  ],
  [
    ['it hears of the error', 'the server speaks Compact'],
    ['it receives the error', 'speak to us'],
  ],
  [['the rule holds good', 'holds itself to it'], ['the pool holds ten connections']],
  [['has no words for it', 'closes without a word'], ['has two words']],
  [
    ['the call ends well', 'the key is good'],
    ['the call ends', 'a good default'],
  ],
  [['it knows nothing of Nest', 'look for what it was'], ['it knows the name']],
  [['closed, for it is idle'], ['closed, because it is idle', 'wait for it']],
  [['it cuts off calls'], ['it cuts off at 64 levels']],
  [['the place is given free', 'it lets go of it'], ['the place is released']],
  [
    ['further ones follow', 'as it stands'],
    ['further calls follow', 'as it was'],
  ],
];

describe('rules of wording', () => {
  it('have samples each', () => {
    expect(SAMPLES).toHaveLength(RULES.length);
  });

  it.each(SAMPLES.map(([found, passed], index) => ({ index, found, passed })))(
    'find the texts of rule $index and no similar ones',
    ({ index, found, passed }) => {
      const [pattern] = RULES[index]!;
      expect(found.filter((text) => !pattern.test(text))).toEqual([]);
      expect(passed.filter((text) => pattern.test(text))).toEqual([]);
    },
  );
});

describe('the check of wording', () => {
  const FOUND = [
    ['prose of Markdown', 'page.md', 'One line.\n\nNobody listens.\n', ':3 "Nobody"'],
    ['a comment', 'comment.ts', '/** Nobody listens. */\nexport const a = 1;\n', ':1 "Nobody"'],
    ['a message', 'message.ts', "export const a = 'nobody listens';\n", ':1 "nobody"'],
    ['the title of a test', 'a.spec.ts', "it('finds nobody there', () => {});\n", ':1 "nobody"'],
    ['a comment of a shell script', 'run.sh', 'echo 1\n# nobody listens\n', ':2 "nobody"'],
  ] as const;
  const PASSED = {
    'code.md': 'Call `nobody()`.\n\n```ts\nnobody();\n```\n',
    'link.md': '[A page](nobody.md)\n',
    'identifier.ts': 'export const nobody = 1;\n',
    'word.ts': "export const a = 'nobody';\n",
    'data.spec.ts': "const a = 'nobody is here';\n",
    'reason.md': 'Nobody. <!-- prose-ignore: a name -->\n',
  };

  /** Checks files with these texts; returns what is printed, and the exit code. */
  function check(texts: Readonly<Record<string, string>>): {
    output: string;
    status: number | null;
  } {
    const folder = mkdtempSync(join(tmpdir(), 'prose-'));
    cleanUp(() => rmSync(folder, { recursive: true }));
    const files = Object.entries(texts).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const command = [resolve('scripts/check-prose.mjs'), ...files];
    const { stderr, status } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    return { output: stderr, status };
  }

  it('fails on prose, comments, messages and titles, each with its file and line', () => {
    const { output, status } = check(
      Object.fromEntries(FOUND.map(([, name, text]) => [name, text])),
    );
    expect(status).toBe(1);
    expect(FOUND.filter(([, name, , place]) => !output.includes(name + place))).toEqual([]);
    expect(output).toContain(`${FOUND.length} findings`);
  });

  it('passes code, targets of links, identifiers, single words, data of tests, and lines with a reason', () => {
    expect(check(PASSED)).toEqual({ output: '', status: 0 });
  });
});
