import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from '@nestjs-thrift/cli';
import { globSync } from 'tinyglobby';
import { memoryIo } from '#test/memory-io.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('init', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'init-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function init(...argv: string[]): Promise<Outcome> {
    const io = memoryIo(cwd);
    const code = await run(['init', '--no-install', ...argv], io);
    return { code, out: io.out(), err: io.err() };
  }

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
  }

  function read(path: string): string {
    return readFileSync(join(cwd, path), 'utf8');
  }

  function manifest(): Record<string, Record<string, unknown>> {
    return JSON.parse(read('package.json')) as Record<string, Record<string, unknown>>;
  }

  /** All files with their text. */
  function snapshot(): Record<string, string> {
    const files = globSync(['**/*'], { cwd, dot: true, ignore: ['node_modules/**'] });
    return Object.fromEntries(files.map((file) => [file, read(file)]));
  }

  /** An application as the Nest CLI makes it, with the TypeScript of this repository. */
  function application(
    manifestParts: object = {},
    files: Readonly<Record<string, string>> = {},
  ): void {
    write({
      'package.json': `${JSON.stringify({ dependencies: { '@nestjs/core': '^11.0.1' }, ...manifestParts }, null, 4)}\n`,
      'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" } }',
      'src/main.ts': MAIN,
      'src/app.module.ts': APP_MODULE,
      ...files,
    });
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(resolve('node_modules/typescript'), join(cwd, 'node_modules/typescript'));
  }

  describe('in an empty folder', () => {
    it('makes an application of Nest 12 with ES modules and vitest', async () => {
      const { code, out } = await init();

      expect(code).toBe(0);
      expect(out).toContain('new application: Nest 12, ESM, npm, vitest\n');
      expect(manifest()).toMatchObject({
        type: 'module',
        dependencies: { '@nestjs/core': '^12.0.4' },
        devDependencies: { vitest: expect.any(String) as string },
      });
      expect(read('src/thrift/user.controller.ts')).toContain(`from '../gen/user.js'`);
      expect(out).toContain('npx nestjs-thrift call 127.0.0.1:8888 UserService.GetUser user_id=1');
    });

    it('makes an application of Nest 11 with CommonJS and jest that transforms ES modules', async () => {
      expect((await init('--nest', '11')).code).toBe(0);

      expect(manifest()).not.toHaveProperty('type');
      const { transformIgnorePatterns } = manifest().jest!;
      const [pattern = ''] = transformIgnorePatterns as string[];
      const ignored = (path: string) => new RegExp(pattern).test(path);
      expect(ignored('/p/node_modules/@nestjs/core/index.js')).toBe(true);
      expect(ignored('/p/node_modules/@nestjs-thrift/codec/dist/index.js')).toBe(false);
      expect(ignored('/p/node_modules/cockatiel/dist/index.js')).toBe(false);
      expect(
        ignored(
          '/p/node_modules/.pnpm/@nestjs-thrift+codec@0.1.0/node_modules/@nestjs-thrift/codec/a.js',
        ),
      ).toBe(false);
      expect(read('src/thrift/user.controller.ts')).toContain(`from '../gen/user'`);
    });

    it('rejects another version of Nest', async () => {
      const { code, err } = await init('--nest', '10');

      expect(code).toBe(2);
      expect(err).toContain("argument '10' is invalid. Allowed choices are 11, 12.");
      expect(snapshot()).toEqual({});
    });

    it.each([
      ['server', []],
      ['client', ['--client', 'users.internal:8888']],
    ])('changes nothing when it runs again: %s', async (_role, argv) => {
      await init(...argv);
      const before = snapshot();
      const { code, out } = await init(...argv);

      expect(code).toBe(0);
      expect(out).not.toMatch(/^(created|updated|to do)/m);
      expect(snapshot()).toEqual(before);
    });

    it('makes code that gen --check finds up to date', async () => {
      await init('--nest', '11');
      const io = memoryIo(cwd);
      expect(await run(['gen', 'idl', '-o', 'src/gen', '--check'], io)).toBe(0);
    });

    it('names the package manager that started it', async () => {
      const io = memoryIo(cwd, {
        env: { npm_config_user_agent: 'pnpm/10.4.0 npm/? node/v22.0.0' },
      });
      await run(['init', '--no-install'], io);
      expect(io.out()).toContain('pnpm exec nestjs-thrift call');
    });

    it('adds to the package.json of an installed command line', async () => {
      write({
        'package.json':
          '{ "name": "users", "devDependencies": { "@nestjs-thrift/cli": "^0.1.0" } }',
      });
      const { code, out } = await init();
      expect(code).toBe(0);
      expect(out).toContain('updated package.json: @nestjs-thrift/microservice');
      expect(manifest()).toMatchObject({ name: 'users', type: 'module' });
    });
  });

  describe('in an application', () => {
    it('adds the module, the start of the server, dependencies and scripts', async () => {
      application();
      const { code, out } = await init();

      expect(code).toBe(0);
      expect(out).toContain('application: Nest ^11.0.1, CommonJS, npm, no test runner\n');
      expect(out).not.toContain('to do');
      expect(read('src/app.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { AppController } from './app.controller';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { UserThriftModule } from './thrift/user.module';

@Module({
  imports: [ThriftModule.forRoot({ server: { port: 8888 } }), UserThriftModule],
  controllers: [AppController],
})
export class AppModule {}
`);
      expect(read('src/main.ts')).toContain(`
  ThriftModule.connect(app);
  await app.startAllMicroservices();
  await app.listen(process.env.PORT ?? 3000);
`);
      expect(manifest()).toMatchObject({
        dependencies: { '@nestjs/core': '^11.0.1', '@nestjs/microservices': '^11.1.6' },
        scripts: { 'thrift:gen': 'nestjs-thrift gen idl -o src/gen' },
      });
      expect(read('package.json')).toContain('\n    "dependencies"');
    });

    it.each([
      ['a path from the folder', () => 'server'],
      ['a path with a dot and a slash', () => './server/'],
      ['an absolute path', () => join(cwd, 'server')],
    ])('takes %s as --source-root', async (_kind, sourceRoot) => {
      application({}, { 'server/main.ts': MAIN, 'server/app.module.ts': APP_MODULE });
      const { code, out } = await init('--source-root', sourceRoot());

      expect(code).toBe(0);
      expect(out).not.toContain('to do');
      expect(read('server/app.module.ts')).toContain(`from './thrift/user.module'`);
      expect(read('server/main.ts')).toContain('ThriftModule.connect(app);');
      const written = ['server/gen/user.ts', 'server/thrift/user.controller.ts'];
      expect(Object.keys(snapshot())).toEqual(expect.arrayContaining(written));
      expect(manifest().scripts).toMatchObject({
        'thrift:gen': 'nestjs-thrift gen idl -o server/gen',
      });
    });

    it('only configures clients for a client, and leaves main.ts as it is', async () => {
      application();
      await init('--client', 'users.internal:8888');
      expect(read('src/app.module.ts')).toContain(
        'imports: [ThriftModule.forRoot({}), UserThriftModule]',
      );
      expect(read('src/thrift/user.module.ts')).toContain(`endpoints: ['users.internal:8888']`);
      expect(read('src/main.ts')).toBe(MAIN);
    });

    it('adds to imports in the style of the file', async () => {
      application(
        {},
        {
          'src/app.module.ts':
            'import { Module } from "@nestjs/common"\r\n\r\n@Module({\r\n  imports: [\r\n    A,\r\n    B,\r\n  ],\r\n})\r\nexport class AppModule {}\r\n',
        },
      );
      await init('--client');
      expect(read('src/app.module.ts')).toBe(
        'import { Module } from "@nestjs/common"\r\nimport { ThriftModule } from "@nestjs-thrift/microservice"\r\n' +
          'import { UserThriftModule } from "./thrift/user.module"\r\n\r\n@Module({\r\n  imports: [\r\n    A,\r\n    B,\r\n' +
          '    ThriftModule.forRoot({}),\r\n    UserThriftModule,\r\n  ],\r\n})\r\nexport class AppModule {}\r\n',
      );
    });

    it('does not configure Thrift a second time', async () => {
      application({}, { 'src/core.module.ts': 'ThriftModule.forRoot({ server: { port: 1 } })' });
      await init();
      expect(read('src/app.module.ts')).toContain('imports: [UserThriftModule]');
    });

    it.each([
      [
        'a module with computed imports',
        'src/app.module.ts',
        '@Module({ imports: all() })\nclass AppModule {}\n',
        /its imports are not a list of modules: add ThriftModule\.forRoot/,
      ],
      [
        'two modules in a file',
        'src/app.module.ts',
        '@Module({})\nclass A {}\n@Module({})\nclass B {}\n',
        /exactly one class with @Module/,
      ],
      [
        'a main.ts without an HTTP application',
        'src/main.ts',
        'export {};\n',
        /exactly one NestFactory\.create\(\): call ThriftModule\.connect\(app\)/,
      ],
    ])(
      'leaves what cannot be edited safely to the reader: %s',
      async (_case, path, text, message) => {
        application({}, { [path]: text });
        const { code, out } = await init();

        expect(code).toBe(0);
        expect(out).toMatch(/^to do {3}/m);
        expect(out).toMatch(message);
        expect(read(path)).toBe(text);
      },
    );

    it('edits no TypeScript where it is not installed', async () => {
      application();
      rmSync(join(cwd, 'node_modules'), { recursive: true });
      const { out } = await init();
      expect(out).toContain(
        'src/app.module.ts was not changed, because TypeScript is not installed',
      );
      expect(read('src/app.module.ts')).toBe(APP_MODULE);
    });

    it('lets jest of CommonJS transform ES modules, or says where to', async () => {
      application({ devDependencies: { jest: '^30.0.0' }, jest: { rootDir: 'src' } });
      expect((await init()).out).toContain('settings of jest');
      expect(manifest().jest).toHaveProperty('transformIgnorePatterns');

      write({
        'package.json':
          '{ "dependencies": { "@nestjs/core": "^11.0.1" }, "devDependencies": { "jest": "^30.0.0" } }',
      });
      expect((await init()).out).toMatch(/to do {3}.*transformIgnorePatterns.*guides\/commonjs/);
    });

    it('serves every method of the IDL that is there, without a body yet', async () => {
      application({}, { 'idl/orders/order.thrift': ORDER_IDL });
      const { out } = await init();

      expect(out).toContain('service: OrderService\n');
      expect(existsSync(join(cwd, 'idl/user.thrift'))).toBe(false);
      const controller = read('src/thrift/order.controller.ts');
      expect(controller).toContain(`from '../gen/orders/order'`);
      expect(controller).toContain('Get(req: GetRequest): Promise<Order> {');
      expect(controller).toContain(
        `Note(args: Parameters<OrderServiceController['Note']>[0]): ReturnType<OrderServiceController['Note']> {`,
      );
    });

    it.each<[string, readonly string[], string]>([
      ['two folders', ['common/types.thrift', 'services/all.thrift'], 'common services'],
      ['no folder', ['all.thrift'], '"*.thrift"'],
      ['a folder and none', ['all.thrift', 'common/types.thrift'], '"*.thrift" common'],
    ])('generates from IDL in %s', async (_where, paths, patterns) => {
      const service = 'struct A {}\nservice UserService { void ping() }\n';
      const idl = paths.map((path) => [
        path,
        path.endsWith('all.thrift') ? service : 'struct B {}',
      ]);
      application({}, Object.fromEntries(idl) as Record<string, string>);

      expect(await init()).toMatchObject({ code: 0 });
      expect(manifest().scripts!['thrift:check']).toBe(
        `nestjs-thrift gen ${patterns} -o src/gen --check`,
      );
      const argv = patterns.replaceAll('"', '').split(' ');
      expect(await run(['gen', ...argv, '-o', 'src/gen', '--check'], memoryIo(cwd))).toBe(0);
    });

    it('asks for the service where the IDL has several', async () => {
      application(
        {},
        { 'idl/all.thrift': 'service A { void a() }\nservice BService { void b() }\n' },
      );
      expect(await init()).toMatchObject({
        code: 2,
        err: 'error: the IDL has 2 services: A, BService; choose one with --service A\n',
      });
      expect(await init('--service', 'BServise')).toMatchObject({
        code: 2,
        err: 'error: the IDL has no service BServise; did you mean BService?\n',
      });
      expect((await init('--service', 'BService')).out).toContain('src/thrift/b.controller.ts');
    });
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'sources without Nest',
      { 'src/a.ts': '' },
      /has a folder src, but its package\.json does not list @nestjs\/core/,
    ],
    [
      'Nest 10',
      { 'package.json': '{ "dependencies": { "@nestjs/core": "^10.4.0" } }' },
      /Nest \^10\.4\.0 is not supported: update @nestjs\/core to 11\.1\.6/,
    ],
    [
      'an old Nest 11',
      {
        'package.json': '{ "dependencies": { "@nestjs/core": "^11.0.1" } }',
        'node_modules/@nestjs/core/package.json': '{ "version": "11.1.5" }',
      },
      /Nest 11\.1\.5 is not supported/,
    ],
    ['a package.json that is not JSON', { 'package.json': '{' }, /cannot read package\.json/],
    [
      'a nest-cli.json that is not JSON',
      {
        'package.json': '{ "dependencies": { "@nestjs/core": "^12.0.4" } }',
        'nest-cli.json': '{ // comment\n}',
      },
      /cannot read nest-cli\.json/,
    ],
    ['IDL with errors', { 'idl/a.thrift': 'struct {' }, /1 error in the IDL/],
    ['IDL without a service', { 'idl/a.thrift': 'struct A {}' }, /the IDL has no service/],
  ])('fails with one message and writes nothing: %s', async (_case, files, message) => {
    write(files);
    const before = snapshot();
    const { code, err } = await init();

    expect(code).toBe(3);
    expect(err).toMatch(message);
    expect(snapshot()).toEqual(before);
  });
});

const MAIN = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
void bootstrap();
`;

const APP_MODULE = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller';

@Module({
  imports: [],
  controllers: [AppController],
})
export class AppModule {}
`;

const ORDER_IDL = `struct GetRequest { 1: required i64 id }
struct Order { 1: required i64 id }
service OrderService {
  Order Get(1: GetRequest req)
  oneway void Note(1: string text, 2: i64 id)
}
`;
