import { cleanUp } from '#test/cleanup.js';
import { type AppSetUp, type GatewayApp, openGateway } from './open-gateway.js';

export { ADAPTERS, type Adapter, type AppSetUp, IDL } from './open-gateway.js';
export { type HttpAnswer, sendRaw } from './raw-http.js';

/** Starts a gateway in front of a Thrift server on a free port, until the test ends. */
export async function startGateway(setUp: AppSetUp): Promise<GatewayApp> {
  const gateway = await openGateway(setUp);
  cleanUp(() => gateway.close());
  return gateway;
}
