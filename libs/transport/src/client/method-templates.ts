import type { OutgoingCall } from '../call/outgoing-call.js';
import type { ClientSettings } from './client-settings.js';
import { MethodTemplate } from './method-template.js';

/** The templates of the methods that are called, each made when it is first needed. */
export class MethodTemplates {
  // Services that inherit a method share its definition, so a method alone does not name the service called.
  private readonly services = new WeakMap<object, WeakMap<object, MethodTemplate>>();

  constructor(private readonly settings: ClientSettings) {}

  of({ service, method }: OutgoingCall): MethodTemplate {
    return this.services.get(service)?.get(method) ?? this.make(service, method);
  }

  private make(service: OutgoingCall['service'], method: OutgoingCall['method']): MethodTemplate {
    const methods = this.services.get(service) ?? new WeakMap<object, MethodTemplate>();
    const template = new MethodTemplate(service, method, this.settings);
    this.services.set(service, methods.set(method, template));
    return template;
  }
}
