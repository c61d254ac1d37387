/** With TEST_PUBLISHED=1 tests across packages run on what is published, in dist, instead of the sources. */
const onPublished = process.env.TEST_PUBLISHED === '1';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // The source condition picks src/index.ts of the workspace packages, so tests need no build.
  testEnvironmentOptions: {
    customExportConditions: [
      ...(onPublished ? [] : ['@nestjs-thrift/source']),
      'node',
      'node-addons',
    ],
  },
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test', '<rootDir>/bench/src'],
  testMatch: ['**/*.spec.ts', '**/*.e2e-spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: [
    onPublished
      ? '<rootDir>/(libs|apps)/[^/]+/.cache/'
      : '<rootDir>/(libs|apps)/[^/]+/(dist|.cache)/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  resolver: '<rootDir>/jest/resolver.cjs',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: true,
          },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/jest/retry.mjs'],
  maxWorkers: 2,
  // Generous: machines that build are slow and shared, and no test measures time.
  testTimeout: 30_000,
  workerIdleMemoryLimit: '512MB',
  coverageProvider: 'v8',
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts', '!**/main.ts', '!**/index.ts'],
  coverageReporters: ['text', 'lcov'],
  coverageThreshold: { global: { lines: 90 } },
};
