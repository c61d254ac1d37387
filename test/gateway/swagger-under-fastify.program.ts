// Serves Swagger UI of a gateway under Fastify, reads it, and prints what came. A separate process, because jest cannot load
// @fastify/static, a CommonJS module that requires an ES module.
import { SwaggerModule } from '@nestjs/swagger';
import { ThriftGateway } from '@nestjs-thrift/gateway';
import { openGateway } from './support/open-gateway.js';
import { openScripted } from './support/open-scripted.js';

const service = await openScripted(() => undefined);
let document: object | undefined;
const gateway = await openGateway({
  adapter: 'fastify',
  endpoint: service.address,
  configure: (created) =>
    SwaggerModule.setup('docs', created, () => document as never, {
      jsonDocumentUrl: 'docs/openapi.json',
    }),
});
document = await gateway.app.get(ThriftGateway).openApi();

const page = await answerTo('docs');
const script = await answerTo('docs/swagger-ui-bundle.js');
const { openapi, paths } = JSON.parse((await answerTo('docs/openapi.json')).body) as {
  openapi: string;
  paths: object;
};
console.log(
  JSON.stringify({
    title: /<title>(.*)<\/title>/.exec(page.body)?.[1],
    script: script.status,
    openapi,
    hasRoute: '/p/{id}' in paths,
  }),
);
await gateway.close();
await service.close();

async function answerTo(path: string): Promise<{ status: number; body: string }> {
  // A connection that stays open would be waited for.
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/${path}`, {
    headers: { Connection: 'close' },
  });
  return { status: answer.status, body: await answer.text() };
}
