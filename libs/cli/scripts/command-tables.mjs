// `npm run docs:commands`: writes docs/reference/commands.md from the declarations of the command line: summaries, arguments, options
// with their choices and defaults, examples and exit codes. With `--check` it writes nothing and fails if the page differs.
import { Command } from 'commander';
import { table, writeGenerated } from '../../../scripts/reference/generated-file.mjs';
import { COMMANDS } from '../src/commands/index.js';

const sections = [];
for (const entry of COMMANDS.filter(({ hidden }) => !hidden)) {
  sections.push(await section(entry));
}
await writeGenerated(
  'docs/reference/commands.md',
  `# Commands

Every command of \`nestjs-thrift\` with its arguments and options. Written by \`npm run docs:commands\` from their declarations; what the
commands are for, and what their output means, is in [the command line](cli.md).

${sections.join('\n')}`,
  'npm run docs:commands',
);

/** @param {import('../src/commands/command-module.js').CommandEntry} entry */
async function section(entry) {
  const { name, summary } = entry;
  const command = new Command(name);
  let help = '';
  command.addHelpText = (_position, text) => {
    help = String(text);
    return command;
  };
  (await entry.load()).configure(command, /** @type {never} */ ({}));
  const shown = command.registeredArguments.map((each) => {
    const text = each.variadic ? `${each.name()}...` : each.name();
    return each.required ? `<${text}>` : `[${text}]`;
  });
  const options = command.options.filter(({ hidden }) => !hidden);
  return `## \`${name}\`

${summary[0]?.toUpperCase()}${summary.slice(1)}.

\`\`\`text
nestjs-thrift ${[name, ...(options.length > 0 ? ['[options]'] : []), ...shown].join(' ')}
\`\`\`

${tableUnlessEmpty(
  ['argument', 'description'],
  command.registeredArguments.map((each) => [
    `\`${each.name()}\``,
    cell(`${each.description}${choices(each.argChoices)}`),
  ]),
)}
${tableUnlessEmpty(
  ['option', 'description', 'default'],
  options.map((option) => [
    `\`${option.flags}\``,
    cell(
      `${option.mandatory ? 'required; ' : ''}${option.description}${choices(option.argChoices)}`,
    ),
    cell(defaultOf(option)),
  ]),
)}
${part(help, 'Examples')}`;
}

/** @param {string[]} head @param {string[][]} rows */
function tableUnlessEmpty(head, rows) {
  return rows.length === 0 ? '' : `${table(head, rows)}\n`;
}

/** @param {readonly string[] | undefined} names */
function choices(names) {
  return names === undefined ? '' : `: ${names.join(', ')}`;
}

/** @param {import('commander').Option} option */
function defaultOf({ flags, defaultValue, defaultValueDescription }) {
  if (defaultValueDescription !== undefined) {
    return defaultValueDescription;
  }
  const isNothing =
    defaultValue === undefined ||
    defaultValue === false ||
    (typeof defaultValue === 'object' && Object.keys(defaultValue ?? {}).length === 0);
  const unit = flags.includes('<time>') && defaultValue !== 0 ? ' ms' : '';
  return isNothing ? '' : `${String(defaultValue)}${unit}`;
}

/** Examples of the help as a block. @param {string} help @param {string} title */
function part(help, title) {
  const [, text] = new RegExp(`^${title}:\\n((?: .*\\n|\\n)+)`, 'm').exec(`${help}\n`) ?? [];
  if (text === undefined) {
    return '';
  }
  const lines = text.trimEnd().split('\n');
  return `\`\`\`sh
${lines.map((line) => line.replace(/^ {2}/, '').replace(/ {3,}(\S.*)$/, '  # $1')).join('\n')}
\`\`\`
`;
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('<', '\\<').replaceAll(/(?<!`)\{\{/g, '\\{\\{');
}
