/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.[tj]s$': 'ts-jest' },
  // ES modules have to be compiled, also those of packages.
  transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?(@nestjs-thrift|cockatiel)[/+@])'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
