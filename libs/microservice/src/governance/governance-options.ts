import type { GovernanceConfigSource } from '@nestjs-thrift/governance';

/** Where policies and limits are configured: in a file, or in a source of one's own such as an EtcdGovernanceConfig. */
export type GovernanceOptions =
  | {
      /**
       * Path of a YAML or JSON file, read at start-up and again whenever it changes. What is in it goes before decorators
       * and options.
       */
      readonly file: string;
    }
  | {
      /** Followed as it changes; closing it stays with who made it. */
      readonly source: GovernanceConfigSource;
    };
