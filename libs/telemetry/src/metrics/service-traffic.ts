import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { CallOutcome } from '@nestjs-thrift/transport';

/** What one side of this process exchanges over one service. */
export interface ServiceTraffic {
  readonly service: ServiceDefinition;
  inFlight: number;
  sentBytes: number;
  receivedBytes: number;
}

/**
 * Traffic by service, counted in plain numbers and read when Prometheus asks: to find the series of a label costs more than
 * everything else these metrics do per call.
 */
export class TrafficCounter {
  readonly #services = new Map<ServiceDefinition, ServiceTraffic>();

  /** Shows a service before its first call. */
  expect(service: ServiceDefinition): void {
    this.#of(service);
  }

  started(service: ServiceDefinition): void {
    this.#of(service).inFlight++;
  }

  ended(service: ServiceDefinition, { sentBytes, receivedBytes }: CallOutcome): void {
    const traffic = this.#of(service);
    traffic.inFlight--;
    traffic.sentBytes += sentBytes;
    traffic.receivedBytes += receivedBytes;
  }

  all(): Iterable<ServiceTraffic> {
    return this.#services.values();
  }

  #of(service: ServiceDefinition): ServiceTraffic {
    const known = this.#services.get(service);
    if (known !== undefined) {
      return known;
    }
    const made = { service, inFlight: 0, sentBytes: 0, receivedBytes: 0 };
    this.#services.set(service, made);
    return made;
  }
}
