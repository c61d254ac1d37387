import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** This machine alone; not all of 127.0.0.0/8, which sidecars send the traffic of others from. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** Who may see the diagnosis. */
export class DiagnosisAccess {
  readonly #allowed = new BlockList();
  readonly #isLoopbackOnly: boolean;

  /** @param allowFrom each as {@link isAddressRange} accepts it. */
  constructor(allowFrom: readonly string[] | undefined) {
    this.#isLoopbackOnly = allowFrom === undefined;
    for (const range of allowFrom ?? LOOPBACK) {
      this.#allow(range);
    }
  }

  /** Whether the one who asks may see it. */
  permits({ socket, headers }: IncomingMessage): boolean {
    const { remoteAddress = '' } = socket;
    if (!this.#allowed.check(remoteAddress, isIP(remoteAddress) === 6 ? 'ipv6' : 'ipv4')) {
      return false;
    }
    // A proxy forwards requests of others, whose addresses cannot be verified.
    if (isForwarded(headers)) {
      return false;
    }
    // DNS rebinding: a foreign site may have made its name resolve to this machine for a browser here.
    return !this.#isLoopbackOnly || isLocalName(headers.host);
  }

  #allow(range: string): void {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) {
      this.#allowed.addAddress(address, family);
    } else {
      this.#allowed.addSubnet(address, Number(bits), family);
    }
  }
}

/** Whether a text is an address or a network such as `10.0.0.0/8`. */
export function isAddressRange(range: unknown): boolean {
  const [address = '', bits, ...rest] = typeof range === 'string' ? range.split('/') : [];
  const version = isIP(address);
  const isNetwork =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
  return version !== 0 && rest.length === 0 && isNetwork;
}

/** Headers that proxies, gateways and content delivery networks add. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded|x-forwarded-.*|x-original-.*|x-real-ip|x-proxyuser-ip|x-envoy-.*|x-cluster-client-ip|x-client-ip|client-ip|true-client-ip|cf-.*|cdn-loop|fastly-.*|fly-.*|x-amzn-.*|x-amz-cf-.*|x-appengine-.*|x-azure-.*|x-arr-.*|x-google-.*)$/;

function isForwarded(headers: IncomingMessage['headers']): boolean {
  return Object.keys(headers).some((name) => FORWARDING.test(name));
}

function isLocalName(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || isIP(name) !== 0;
}
