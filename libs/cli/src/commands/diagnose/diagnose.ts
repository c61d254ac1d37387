import type { SocketAddress } from '@nestjs-thrift/transport/internal';
import type { ConnectionOptions } from 'node:tls';
import type { Limits, Route } from '../../probe/open-socket.js';
import type { PlannedCall } from './planned-call.js';
import type { StepResult } from './step-result.js';
import { callMethod } from './steps/call-method.js';
import { checkTls } from './steps/check-tls.js';
import { connectTcp } from './steps/connect-tcp.js';
import { measureRoundTrip } from './steps/round-trip.js';
import { probeDialects } from './steps/probe-dialects.js';
import { resolveName } from './steps/resolve-name.js';
import { addressText, certificateName, type Target } from '../../probe/target.js';

/** What is looked at, and how. */
export interface DiagnosisOptions extends Limits {
  readonly target: Target;
  /** Looks at TLS, too; the rest then goes over it. `servername` is the name that the certificate must have. */
  readonly tls: ConnectionOptions | undefined;
  /** Tries all dialects, also after a server of the Apache libraries has answered in one. */
  readonly allDialects: boolean;
  readonly pings: number;
  readonly call: PlannedCall | undefined;
}

/** Goes from the name to the method call, step by step, and ends where a failure leaves nothing more to see. */
export async function* diagnose(options: DiagnosisOptions): AsyncGenerator<StepResult> {
  const { target, tls, allDialects, pings, call } = options;
  const addresses: SocketAddress[] = [];
  if (target.kind === 'unix') {
    addresses.push({ path: target.path });
  } else {
    const resolved = await resolveName(target.host, options);
    yield resolved.result;
    addresses.push(...resolved.addresses.map((host) => ({ host, port: target.port })));
  }
  if (addresses.length === 0) {
    return;
  }

  const { result, address } = await connectTcp(addresses, options);
  yield result;
  if (address === undefined) {
    return;
  }

  const expectedName = tls?.servername ?? certificateName(target);
  const route: Route =
    tls === undefined ? { address } : { address, tls: { ...tls, servername: expectedName } };
  let isTrusted = true;
  if (route.tls !== undefined) {
    const checked = await checkTls({ address, tls: route.tls }, expectedName, options);
    yield checked;
    isTrusted = checked.verdict !== 'fail';
    if (checked.facts === undefined) {
      return;
    }
  }

  const probed = await probeDialects(route, allDialects, options);
  yield probed.result;
  const [dialect] = probed.answered;
  if (dialect === undefined) {
    return;
  }
  if (probed.result.verdict === 'fail') {
    return;
  }
  if (pings > 0) {
    yield await measureRoundTrip(dialect, pings, route, options);
  }
  if (call === undefined) {
    return;
  }
  if (!isTrusted) {
    yield notCalled();
  } else {
    yield await callMethod(call, dialect, addressText(address), route.tls, options);
  }
}

/** Arguments are data of the user and may be confidential. */
function notCalled(): StepResult {
  return {
    step: 'Call',
    verdict: 'fail',
    seen: ['not made, because the certificate cannot be trusted'],
    next: 'do what the TLS step says',
  };
}
