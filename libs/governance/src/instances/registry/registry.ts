/** A running server as it is made known to clients. Kitex: registry.Info. */
export interface ServiceRegistration {
  /** Registry name of the service. */
  readonly serviceName: string;
  /** `host:port` under which clients reach it; see `advertisedAddress`. */
  readonly address: string;
  /** Share of the calls relative to the other instances. Default 10. */
  readonly weight?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A registration in force. */
export interface Registration {
  /** Takes the server out of the registry; clients stop calling it soon after. Call it before the listener closes. Idempotent. */
  close(): Promise<void>;
}

/** Makes servers known. Kitex: registry.Registry. */
export interface Registry {
  /** Registers the server and keeps it registered until the registration is closed. Rejects if that fails at first. */
  register(registration: ServiceRegistration): Promise<Registration>;
}
