import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#test/ports.js';
import { arriveWithApplication } from './nest-application.js';
import type { Newcomer } from './newcomer.js';
import { requireMatch, sectionOf, typeAll } from './walk.js';

const PAGE = 'docs/tutorials/call-a-kitex-service.md';

/** The tutorial with a service of Kitex, its Go commands included: it needs Go. */
export async function kitexTutorial(newcomer: Newcomer): Promise<string> {
  await arriveWithApplication(newcomer, 'npm', 12);
  rmSync(join(newcomer.folder, 'src'), { recursive: true });
  newcomer.write('idl/user.thrift', codeOf('1. Describe the service', 'thrift'));
  await serve(newcomer);

  // On the page the application and the IDL are folders of one project.
  const commands = sectionOf(PAGE, '3. The client in Nest').map((snippet) => ({
    ...snippet,
    code: snippet.code.replaceAll('../idl', 'idl'),
  }));
  await typeAll(newcomer, commands);
  const code = ['3. The client in Nest', '4. The HTTP route'].map((step) => codeOf(step, 'ts'));
  const port = String(await freePort());
  newcomer.write('src/main.ts', code.join('\n').replaceAll('3000', port));
  await newcomer.type('npx nest build');
  const output = await newcomer.type('node dist/main.js');
  requireMatch(output, "{ user: { id: '1', name: 'Ada' } }\n404\n");
  return `a gateway called the service after ${newcomer.seconds.toFixed(0)} s`;
}

/** Makes the Go service in a folder, and starts it. */
async function serve(newcomer: Newcomer): Promise<void> {
  const heading = '2. The Kitex service';
  const [create = '', start = ''] = sectionOf(PAGE, heading)
    .filter(({ language }) => language === 'sh')
    .map(({ code }) => code);
  await newcomer.type('mkdir service');
  const typeInFolder = async (commands: string): Promise<void> => {
    for (const line of commands.trim().split('\n')) {
      await newcomer.type(`cd service && ${line}`);
    }
  };
  await typeInFolder(create);
  newcomer.write('service/main.go', codeOf(heading, 'go'));
  await typeInFolder(start);
}

function codeOf(heading: string, language: string): string {
  return sectionOf(PAGE, heading)
    .filter((snippet) => snippet.language === language)
    .map(({ code }) => code)
    .join('\n');
}
