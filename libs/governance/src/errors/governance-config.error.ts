import { ThriftRpcError } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';

/** A governance configuration was refused as a whole; the message names each place and what is allowed there. */
export class GovernanceConfigError extends ThriftRpcError {
  static {
    branded(this, 'GovernanceConfigError');
  }

  /** Path of the file, or key in etcd. */
  readonly source: string;
  /** One line per fault, each beginning with the path in the configuration. */
  readonly issues: readonly string[];

  constructor(source: string, issues: readonly string[], options?: ErrorOptions) {
    super('GOVERNANCE_CONFIG_INVALID', `${source}: ${issues.join('; ')}`, options);
    this.source = source;
    this.issues = issues;
  }
}
