import { nestAdd } from './nest-add.js';

/** What the schematic makes of a project: its package.json, and the tasks that run afterwards. */
function add(options: object, files: Readonly<Record<string, string>>) {
  const written = new Map(Object.entries(files));
  const tasks: { name: string; options: object }[] = [];
  nestAdd(options)(
    {
      exists: (path) => written.has(path),
      readText: (path) => written.get(path)!,
      overwrite: (path, text) => written.set(path, text),
    },
    { addTask: (task) => tasks.push(task.toConfiguration()) && {} },
  );
  return { manifest: written.get('package.json')!, tasks };
}

const MANIFEST = '{\n    "name": "app",\n    "devDependencies": { "typescript": "^5.7.3" }\n}\n';

describe('the schematic of nest add', () => {
  it('adds the command line to package.json and keeps its indentation', () => {
    const { manifest } = add({}, { 'package.json': MANIFEST });
    expect(Object.keys(JSON.parse(manifest).devDependencies as object)).toEqual([
      '@nestjs-thrift/cli',
      'typescript',
    ]);
    expect(manifest).toContain('\n    "devDependencies"');
  });

  it.each([
    ['package-lock.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
  ])('installs as %s asks for: %s', (lock, packageManager) => {
    const { tasks } = add({}, { 'package.json': MANIFEST, [lock]: '' });
    expect(tasks[0]).toMatchObject({ name: 'node-package', options: { packageManager } });
  });

  it.each([
    { 'skip-install': '@nestjs-thrift/microservice', project: 'app', 'dry-run': false },
    { skipInstall: true, dryRun: false },
  ])('hands the options of init on, without those of nest add: %j', (ofNest) => {
    const ofInit = { sourceRoot: 'src', client: true };
    const { tasks } = add({ ...ofInit, ...ofNest }, { 'package.json': MANIFEST });
    expect(tasks[1]).toEqual({
      name: 'run-schematic',
      options: { collection: '@nestjs-thrift/cli', name: 'init', options: ofInit },
    });
  });
});
