// Fails on archaic or vague wording in Markdown, comments, messages, help texts and test titles; one line per finding.
// A line with "prose-ignore: reason" is skipped. Arguments are files to check; without them all of the repository.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { RULES } from './prose-rules.mjs';

const PATTERNS = ['*.md', '*.sh', '*.ts', '*.mjs'];
const NOT_PROSE = /\/gen\/|bench\/results|corpus|(?:^|\/)zh\/|prose-rules\.mjs$/;

const given = process.argv.slice(2);
const findings = (given.length > 0 ? given : listFiles()).flatMap(checkFile);
for (const finding of findings) {
  console.error(finding);
}
if (findings.length > 0) {
  console.error(`${findings.length} findings`);
  process.exit(1);
}
console.log('the wording of all files is plain');

function listFiles() {
  const output = execFileSync('git', ['ls-files', ...PATTERNS], { encoding: 'utf8' });
  return output.split('\n').filter((file) => file !== '' && !NOT_PROSE.test(file));
}

/** @param {string} file */
function checkFile(file) {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  return proseOf(file, text).flatMap(([line, prose]) =>
    lines[line - 1]?.includes('prose-ignore')
      ? []
      : RULES.flatMap(([pattern, advice]) => {
          const hit = pattern.exec(prose);
          return hit === null ? [] : [`${file}:${line} "${hit[0]}": ${advice} | ${prose.trim()}`];
        }),
  );
}

/**
 * Pairs of line number and prose.
 *
 * @param {string} file
 * @param {string} text
 * @returns {[number, string][]}
 */
function proseOf(file, text) {
  if (file.endsWith('.md')) {
    return proseOfMarkdown(text);
  }
  return file.endsWith('.sh') ? proseOfShell(text) : proseOfSource(file, text);
}

/** @param {string} text */
function blank(text) {
  return text.replaceAll(/[^\n]/g, ' ');
}

/**
 * @param {string} text
 * @returns {[number, string][]}
 */
function proseOfMarkdown(text) {
  const prose = text
    .replaceAll(/<!--[\s\S]*?-->/g, blank)
    .replaceAll(/^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1/gm, blank)
    .replaceAll(/`[^`\n]*`/g, blank)
    .replaceAll(/\]\([^)]*\)/g, blank);
  return prose.split('\n').map((line, index) => [index + 1, line]);
}

/**
 * @param {string} text
 * @returns {[number, string][]}
 */
function proseOfShell(text) {
  return text.split('\n').flatMap((line, index) => {
    const comment = /(?:^|\s)#\s(.*)/.exec(line);
    return comment === null ? [] : [[index + 1, comment[1] ?? '']];
  });
}

/**
 * Comments, and strings of several words: all of them in sources, titles of tests in specs.
 *
 * @param {string} file
 * @param {string} text
 * @returns {[number, string][]}
 */
function proseOfSource(file, text) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const isTest = /spec\.ts$|cases\.ts$|^test\//.test(file);
  /** @type {[number, string][]} */
  const found = [];
  const seen = new Set();
  visit(tree);
  return found;

  /** @param {ts.Node} node */
  function visit(node) {
    addComments(node);
    if (isTest && isTestCall(node)) {
      addStrings(node.arguments[0]);
    } else if (!isTest && isText(node)) {
      addText(node);
    }
    ts.forEachChild(node, visit);
  }

  /** @param {ts.Node} node */
  function addComments(node) {
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ].filter(({ pos }) => !seen.has(pos));
    for (const { pos, end } of ranges) {
      seen.add(pos);
      const prose = text
        .slice(pos, end)
        .replaceAll(/@example[\s\S]*?(?=\n\s*\*\s*@|\*\/)/g, blank)
        .replaceAll(/`[^`\n]*`|\{@link [^}]*\}/g, blank);
      prose.split('\n').forEach((line, index) => found.push([lineAt(pos) + index, line]));
    }
  }

  /** @param {ts.Node | undefined} node */
  function addStrings(node) {
    if (node !== undefined && isText(node)) {
      addText(node);
    } else if (node !== undefined) {
      ts.forEachChild(node, addStrings);
    }
  }

  /** @param {ts.LiteralLikeNode} node */
  function addText(node) {
    if (/\S \S/.test(node.text)) {
      found.push([
        lineAt(node.getStart()),
        node.text.replaceAll(/`[^`]*`/g, blank).replaceAll('\n', ' '),
      ]);
    }
  }

  /** @param {number} position */
  function lineAt(position) {
    return tree.getLineAndCharacterOfPosition(position).line + 1;
  }
}

/**
 * @param {ts.Node} node
 * @returns {node is ts.CallExpression}
 */
function isTestCall(node) {
  return (
    ts.isCallExpression(node) &&
    /^(?:it|test|describe)(?:\.|$)|\.each\(/.test(node.expression.getText())
  );
}

/**
 * @param {ts.Node} node
 * @returns {node is ts.LiteralLikeNode}
 */
function isText(node) {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  );
}
