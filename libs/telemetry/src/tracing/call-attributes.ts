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
        'rpc.method': method.name,
      },
    };
    this.#spans.set(method, made);
    return made;
  }
}

/** How a request came. */
export function requestAttributes({ transport, remoteAddress }: IncomingCall): Attributes {
  const { host, port } = splitAddress(remoteAddress);
  return {
    'request.protocol': FRAMINGS[transport].kitexName,
    'network.peer.address': host,
    'network.peer.port': port,
  };
}

/** Which instance was called. */
export function serverAttributes(address: string): Attributes {
  const { host, port } = splitAddress(address);
  return { 'server.address': host, 'server.port': port, 'network.peer.address': host };
}

function splitAddress(address: string): { host: string | undefined; port: number | undefined } {
  if (address === '') {
    return { host: undefined, port: undefined };
  }
  const match = /^\[?(.*?)\]?:(\d+)$/.exec(address);
  if (match === null) {
    return { host: address.replace(/^unix:/, ''), port: undefined };
  }
  return { host: match[1], port: Number(match[2]) };
}
