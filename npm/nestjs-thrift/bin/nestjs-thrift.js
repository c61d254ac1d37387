#!/usr/bin/env node
// Only `npx nestjs-thrift` in a project without @nestjs-thrift/cli comes here.
console.error(
  [
    'The command nestjs-thrift is in the package @nestjs-thrift/cli, which is not installed here:',
    '',
    '  npm install @nestjs-thrift/microservice',
    '  npm install --save-dev @nestjs-thrift/cli',
    '  npx nestjs-thrift --help',
  ].join('\n'),
);
process.exitCode = 1;
