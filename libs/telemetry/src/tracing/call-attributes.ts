import { isIP } from 'node:net';
import type { Attributes } from '@opentelemetry/api';
import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { IncomingCall } from '@nestjs-thrift/transport';
import { FRAMINGS } from '@nestjs-thrift/transport/wire';
import { displayName, type ServiceNames } from '../service-names.js';

/** What is the same for all calls of a method. */
export interface MethodSpan {
  /** `Service/method`. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Names and constant attributes of spans, made once per method. */
export class MethodSpans {
  readonly #serviceNames: ServiceNames | undefined;

  readonly #spans = new WeakMap<MethodDefinition, MethodSpan>();

  constructor(serviceNames: ServiceNames | undefined) {
    this.#serviceNames = serviceNames;
  }

  of(service: ServiceDefinition, method: MethodDefinition): MethodSpan {
    const known = this.#spans.get(method);
    if (known !== undefined) {
      return known;
    }
    const made: MethodSpan = {
      name: `${service.name}/${method.name}`,
      attributes: {
        'rpc.system': 'kitex',
        'rpc.system.name': 'thrift',
        'rpc.service': displayName(service, this.#serviceNames),
        'rpc.method': `${service.name}/${method.name}`,
      },
    };
    this.#spans.set(method, made);
    return made;
  }
}

/** How a request came. */
export function requestAttributes({ transport, remoteAddress }: IncomingCall): Attributes {
  return {
    'request.protocol': FRAMINGS[transport].kitexName,
    ...peerAttributes(splitAddress(remoteAddress)),
  };
}

/** Which instance was called; nothing if none was. */
export function serverAttributes(address: string): Attributes {
  if (address === '') {
    return {};
  }
  const { host, port } = splitAddress(address);
  return {
    'server.address': host,
    ...(port === undefined ? {} : { 'server.port': port }),
    ...peerAttributes({ host, port }),
  };
}

interface Address {
  readonly host: string;
  /** Absent for a Unix socket. */
  readonly port: number | undefined;
}

/** Of the connection itself: a name is not an address of the network. */
function peerAttributes({ host, port }: Address): Attributes {
  if (port === undefined) {
    return { 'network.peer.address': host, 'network.transport': 'unix' };
  }
  return isIP(host) === 0 ? {} : { 'network.peer.address': host, 'network.peer.port': port };
}

function splitAddress(address: string): Address {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return host === undefined
    ? { host: address.replace(/^unix:/, ''), port: undefined }
    : { host, port: Number(port) };
}
