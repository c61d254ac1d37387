import type { TestRunner } from './project.js';
import type { FileContext } from './templates.js';

/** A test of the new files over a real socket, or with a mocked client. */
export function specFile(context: FileContext, isClient: boolean, runner: TestRunner): string {
  const text = isClient ? clientSpec(context) : serverSpec(context);
  return `${importsOf(runner)}${runner === 'node:test' ? withAssert(text) : text}`;
}

/** jest has globals. */
function importsOf(runner: TestRunner): string {
  switch (runner) {
    case 'jest':
      return '';
    case 'vitest':
      return `import { afterAll, beforeAll, describe, expect, it } from 'vitest';\n`;
    case 'node:test':
      return `import assert from 'node:assert/strict';\nimport { after, before, describe, it } from 'node:test';\n`;
  }
}

/** The few assertions of the specs, as node:assert has them. */
function withAssert(text: string): string {
  return text
    .replaceAll('afterAll(', 'after(')
    .replaceAll('beforeAll(', 'before(')
    .replaceAll(/expect\((.*)\)\.toEqual\((.*)\);/g, 'assert.deepEqual($1, $2);')
    .replaceAll(/expect\((.*)\)\.toBeDefined\(\);/g, 'assert.ok($1);')
    .replaceAll(
      /await expect\((.*)\)\.rejects\.toBeInstanceOf\((.*)\);/g,
      'await assert.rejects($1, $2);',
    );
}

function serverSpec({ service, generated, isExample, extension }: FileContext): string {
  const { name, baseName, fileName } = service;
  const values = isExample ? `UserNotFound, ${name}` : name;
  const cases = isExample
    ? `  it('returns a user', async () => {
    const reply = await app.client.GetUser({ user_id: 1n });
    expect(reply).toEqual({ user: { id: 1n, name: 'Ada' } });
  });

  it('throws UserNotFound for an unknown id', async () => {
    await expect(app.client.GetUser({ user_id: 7n })).rejects.toBeInstanceOf(UserNotFound);
  });`
    : `  it('listens, with a handler for each method', () => {
    expect(app.address).toBeDefined();
  });`;
  return `import { Test } from '@nestjs/testing';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { createThriftTestingApp, type ThriftTestingApp } from '@nestjs-thrift/testing';
import { ${values} } from '${generated}';
import type { ${name}Client } from '${generated}';
import { ${baseName}ThriftModule } from './${fileName}.module${extension}';

describe('${name}', () => {
  let app: ThriftTestingApp<${name}Client>;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({}), ${baseName}ThriftModule],
    }).compile();
    app = await createThriftTestingApp(module, ${name});
  });

  afterAll(() => app.close());

${cases}
});
`;
}

function clientSpec({ service, generated, isExample, extension }: FileContext): string {
  const { name, baseName, fileName } = service;
  const cases = isExample
    ? `  it('asks for a user', async () => {
    users.when('GetUser').resolves({ user: { id: 1n, name: 'Ada' } });
    const reply = await client.GetUser({ user_id: 1n });
    expect(reply).toEqual({ user: { id: 1n, name: 'Ada' } });
  });`
    : `  it('is provided with a client of ${name}', () => {
    expect(client).toBeDefined();
  });`;
  const mock = isExample ? 'users' : 'service';
  return `import { Test } from '@nestjs/testing';
import { mockThriftClient, provideThriftClient } from '@nestjs-thrift/testing';
import { ${name} } from '${generated}';
import { ${baseName}ThriftClient } from './${fileName}.client${extension}';

describe('${baseName}ThriftClient', () => {
  const ${mock} = mockThriftClient(${name});
  let client: ${baseName}ThriftClient;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      providers: [${baseName}ThriftClient, provideThriftClient('${fileName}', ${mock}.client)],
    }).compile();
    client = module.get(${baseName}ThriftClient);
  });

${cases}
});
`;
}
