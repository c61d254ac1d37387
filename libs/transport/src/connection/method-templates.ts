import type { OutgoingCall } from '../call/outgoing-call.js';
import type { ClientSettings } from './client-settings.js';
import { MethodTemplate } from './method-template.js';

/** The templates of the methods that are called, each made when it is first needed. */
export class MethodTemplates {
  // Services that inherit a method share its definition, so a method alone does not name the service called.
  private readonly services = new WeakMap<object, WeakMap<object, MethodTemplate>>();

  /** Busy callers tend to repeat themselves; comparing is far cheaper than two look-ups. */
  private last: MethodTemplate | undefined;

  constructor(private readonly settings: ClientSettings) {}

  of({ service, method }: OutgoingCall): MethodTemplate {
    const { last } = this;
    if (last !== undefined && last.method === method && last.service === service) return last;
    this.last = this.services.get(service)?.get(method) ?? this.make(service, method);
    return this.last;
  }

  private make(service: OutgoingCall['service'], method: OutgoingCall['method']): MethodTemplate {
    const methods = this.services.get(service) ?? new WeakMap<object, MethodTemplate>();
    const template = new MethodTemplate(service, method, this.settings);
    this.services.set(service, methods.set(method, template));
    return template;
  }
}
