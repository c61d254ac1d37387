import type { TextFile } from './templates.js';
import type { Project } from './project.js';

/** Files of a new application other than package.json, as `nest new` lays them out. */
export function newProjectFiles({ modules, testRunner }: Project, isClient: boolean): TextFile[] {
  const extension = modules === 'ESM' ? '.js' : '';
  const types = testRunner === 'jest' ? ['node', 'jest'] : ['node'];
  return [
    { path: 'nest-cli.json', text: json(NEST_CLI) },
    { path: 'tsconfig.json', text: json({ compilerOptions: { ...COMPILER_OPTIONS, types } }) },
    { path: 'tsconfig.build.json', text: json(TSCONFIG_BUILD) },
    { path: '.gitignore', text: 'node_modules\ndist\n' },
    { path: 'src/main.ts', text: mainFile(extension, modules === 'ESM', isClient) },
    ...(testRunner === 'vitest' ? [{ path: 'vitest.config.ts', text: VITEST_CONFIG }] : []),
  ];
}

const NEST_CLI = {
  $schema: 'https://json.schemastore.org/nest-cli',
  collection: '@nestjs/schematics',
  sourceRoot: 'src',
  compilerOptions: { deleteOutDir: true },
};

const COMPILER_OPTIONS = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  resolvePackageJsonExports: true,
  esModuleInterop: true,
  isolatedModules: true,
  declaration: true,
  removeComments: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  target: 'ES2023',
  sourceMap: true,
  outDir: './dist',
  rootDir: '.',
  skipLibCheck: true,
  strict: true,
};

const TSCONFIG_BUILD = {
  extends: './tsconfig.json',
  compilerOptions: { rootDir: './src' },
  include: ['src'],
  exclude: ['node_modules', 'dist', '**/*.spec.ts'],
};

const VITEST_CONFIG = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['src/**/*.spec.ts'] },
});
`;

function mainFile(extension: string, isEsm: boolean, isClient: boolean): string {
  const start = isEsm ? 'await bootstrap();' : 'void bootstrap();';
  return isClient
    ? `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module${extension}';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
}
${start}
`
    : `import { NestFactory } from '@nestjs/core';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { AppModule } from './app.module${extension}';

async function bootstrap() {
  const app = await NestFactory.createMicroservice(AppModule, ThriftModule.microservice());
  app.enableShutdownHooks();
  await app.listen();
}
${start}
`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
