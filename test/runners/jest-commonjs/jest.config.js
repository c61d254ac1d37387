const decorators = {
  parser: { syntax: 'typescript', decorators: true },
  transform: { legacyDecorator: true, decoratorMetadata: true },
};

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: decorators, module: { type: 'commonjs' } }],
    '^.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  // ES modules have to be compiled, also those of packages.
  transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?(@nestjs-thrift|cockatiel)[/+@])'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
