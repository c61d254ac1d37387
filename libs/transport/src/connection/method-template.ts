import { requestMethod } from '../call/request-method.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import type { RequestMethod, ServiceDefinition, StructCodec } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { MessageName, MessageType } from '@nestjs-thrift/codec/wire';
import { IntKey, StringKey } from '../wire/ttheader/header-keys.js';
import { HeaderTemplate } from '../wire/ttheader/header-sections.js';

/** The templates of the methods that are called, each made when it is first needed. */
export class MethodTemplates {
  readonly #settings: ResolvedClientOptions;

  // Services that inherit a method share its definition, so a method alone does not name the service called.
  readonly #services = new WeakMap<object, WeakMap<object, MethodTemplate>>();

  /** Busy callers tend to repeat themselves; comparing is far cheaper than two look-ups. */
  #last: MethodTemplate | undefined;

  constructor(settings: ResolvedClientOptions) {
    this.#settings = settings;
  }

  of({ service, method }: OutgoingCall): MethodTemplate {
    const last = this.#last;
    if (last !== undefined && last.method === method && last.service === service) {
      return last;
    }
    this.#last = this.#services.get(service)?.get(method) ?? this.#make(service, method);
    return this.#last;
  }

  #make(service: OutgoingCall['service'], method: OutgoingCall['method']): MethodTemplate {
    const methods = this.#services.get(service) ?? new WeakMap<object, MethodTemplate>();
    const template = new MethodTemplate(service, requestMethod(service, method), this.#settings);
    this.#services.set(service, methods.set(method, template));
    return template;
  }
}

/** What is the same in every request of a method, encoded once. */
export class MethodTemplate {
  readonly name: MessageName;
  readonly messageType: number;
  /** Constant part of the TTHeader; absent for transports without one. */
  readonly header: HeaderTemplate | undefined;
  /** Codec of results; absent for oneway methods. */
  readonly result: StructCodec<FieldValues> | undefined;

  constructor(
    readonly service: ServiceDefinition,
    readonly method: RequestMethod,
    settings: ResolvedClientOptions,
  ) {
    const prefix = settings.multiplexedNames ? `${service.name}:` : '';
    this.name = new MessageName(prefix + method.name);
    this.messageType = method.kind === 'oneway' ? MessageType.ONEWAY : MessageType.CALL;
    this.result = method.kind === 'unary' ? method.result : undefined;
    const { hasHeader, hasLength } = settings.framing;
    if (!hasHeader) {
      return;
    }
    const ints = new Map<number, string>([
      [IntKey.TRANSPORT_TYPE, hasLength ? 'framed' : 'unframed'],
      [IntKey.TO_SERVICE, settings.targetServiceName ?? service.name],
      [IntKey.TO_METHOD, method.name],
      [IntKey.MESSAGE_TYPE, String(this.messageType)],
    ]);
    if (settings.serviceName !== '') {
      ints.set(IntKey.FROM_SERVICE, settings.serviceName);
    }
    this.header = new HeaderTemplate({
      strings: new Map([[StringKey.SERVICE_NAME, service.name]]),
      ints,
    });
  }

  /** Whether a reply of this name answers the method; Apache's multiplexed servers leave out the service. */
  answersTo(name: string): boolean {
    return name === this.method.name || name === this.name.text;
  }
}
