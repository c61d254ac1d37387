import type { Manager, Newcomer } from './newcomer.js';

/** Writes an application of the Nest command line, and installs its packages. */
export async function arriveWithApplication(
  newcomer: Newcomer,
  manager: Manager,
  nest: 11 | 12,
): Promise<void> {
  for (const [path, text] of Object.entries(nestApplication(nest))) {
    newcomer.write(path, text);
  }
  await newcomer.type(manager === 'npm' ? 'npm install' : 'pnpm install');
}

/** Files of an application as the Nest command line makes one: HTTP, jest with CommonJS in Nest 11, vitest with ES modules in 12. */
function nestApplication(nest: 11 | 12): Readonly<Record<string, string>> {
  const isEsm = nest === 12;
  const extension = isEsm ? '.js' : '';
  return {
    'package.json': json({
      name: 'application',
      version: '0.0.1',
      private: true,
      ...(isEsm && { type: 'module' }),
      scripts: {
        build: 'nest build',
        start: 'nest start',
        test: isEsm ? 'vitest run' : 'jest',
      },
      dependencies: {
        '@nestjs/common': `^${nest}.0.1`,
        '@nestjs/core': `^${nest}.0.1`,
        '@nestjs/platform-express': `^${nest}.0.1`,
        'reflect-metadata': '^0.2.2',
        rxjs: '^7.8.1',
      },
      devDependencies: {
        '@nestjs/cli': `^${nest}.0.0`,
        '@nestjs/schematics': `^${nest}.0.0`,
        '@nestjs/testing': `^${nest}.0.1`,
        '@types/node': '^24.0.0',
        typescript: isEsm ? '^6.0.2' : '^5.7.3',
        ...(isEsm
          ? { vitest: '^4.1.2' }
          : { '@types/jest': '^30.0.0', jest: '^30.0.0', 'ts-jest': '^29.2.5' }),
      },
      ...(!isEsm && {
        jest: {
          moduleFileExtensions: ['js', 'json', 'ts'],
          rootDir: 'src',
          testRegex: '.*\\.spec\\.ts$',
          transform: { '^.+\\.(t|j)s$': 'ts-jest' },
          testEnvironment: 'node',
        },
      }),
    }),
    'nest-cli.json': json({
      collection: '@nestjs/schematics',
      sourceRoot: 'src',
      compilerOptions: { deleteOutDir: true },
    }),
    'tsconfig.json': json({
      compilerOptions: {
        module: 'nodenext',
        moduleResolution: 'nodenext',
        resolvePackageJsonExports: true,
        esModuleInterop: true,
        isolatedModules: true,
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
        target: 'ES2023',
        sourceMap: true,
        outDir: './dist',
        rootDir: '.',
        skipLibCheck: true,
        strict: isEsm,
        strictNullChecks: true,
        types: isEsm ? ['node', 'vitest/globals'] : ['node', 'jest'],
      },
    }),
    'tsconfig.build.json': json({
      extends: './tsconfig.json',
      compilerOptions: { rootDir: './src' },
      include: ['src'],
      exclude: ['node_modules', 'dist', '**/*spec.ts'],
    }),
    ...(isEsm && {
      'vitest.config.ts': `import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globals: true, include: ['src/**/*.spec.ts'] } });
`,
    }),
    'src/app.controller.ts': `import { Controller, Get } from '@nestjs/common';

@Controller()
export class AppController {
  @Get()
  getHello(): string {
    return 'Hello World!';
  }
}
`,
    'src/app.module.ts': `import { Module } from '@nestjs/common';
import { AppController } from './app.controller${extension}';

@Module({
  imports: [],
  controllers: [AppController],
})
export class AppModule {}
`,
    'src/main.ts': `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module${extension}';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
${isEsm ? 'await' : 'void'} bootstrap();
`,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
