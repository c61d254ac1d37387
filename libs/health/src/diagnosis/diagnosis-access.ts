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
  permits({ socket, headers, httpVersion }: IncomingMessage): boolean {
    const { remoteAddress = '' } = socket;
    if (!this.#allowed.check(remoteAddress, isIP(remoteAddress) === 6 ? 'ipv6' : 'ipv4')) {
      return false;
    }
    // A proxy forwards requests of others, whose addresses cannot be verified. Some add no header; nginx uses HTTP/1.0 by default.
    if (httpVersion === '1.0' || isForwarded(headers)) {
      return false;
    }
    // A proxy that adds nothing keeps the name or address that its caller used. And DNS rebinding: a foreign site may have made its
    // name resolve to this machine for a browser here.
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
const FORWARDING = new RegExp(
  `^(?:${[
    'forwarded(?:-.*)?|via|max-forwards|proxy-connection',
    'x-forward(?:ed)?(?:-.*)?|x-original-.*|x-originating-ip|x-remote-(?:ip|addr)|x-real-ip|x-proxyuser-ip',
    '(?:x-|x-cluster-|true-|proxy-|wl-proxy-)?client-ip|x-envoy-.*|cf-.*|cdn-.*|ali-cdn-.*|fastly-.*|fly-.*|x-akamai-.*',
    'x-amzn-.*|x-amz-cf-.*|x-appengine-.*|x-azure-.*|x-arr-.*|x-google-.*|x-vercel-.*|x-nf-.*|x-sucuri-.*',
  ].join('|')})$`,
);

function isForwarded(headers: IncomingMessage['headers']): boolean {
  return Object.keys(headers).some((name) => FORWARDING.test(name));
}

function isLocalName(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
