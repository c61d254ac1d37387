import 'reflect-metadata';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import {
  BizStatusError,
  type CallOptions,
  getThriftClientToken,
  THRIFT_IDL,
  ThriftMethod,
  ThriftModule,
  ThriftService,
  type ThriftFeatureOptions,
} from '@nestjs-thrift/microservice';
import { type NestServer, startNest } from './nest.js';

const INVALID_ARGUMENT = 1002;
const STORAGE_FAILED = 1003;
const SERVICE = 'AccountService';
const IDL = { path: path.resolve(import.meta.dirname, '../idl/accounts.thrift') };

/** A client of AccountService. */
export interface AccountClient {
  GetAccount(req: { account_id: bigint }, options?: CallOptions): Promise<{ account: object }>;
  ListActions(req: { account_id: bigint }): Promise<{ actions: string[] }>;
  LogAccountAction(action: string, accountId: bigint): Promise<void>;
}

/** The account of an id, as the handlers of both languages return it. */
export function accountOf(id: bigint): object {
  const bare = { id, name: `account ${id}` };
  return id % 2n === 0n
    ? { ...bare, email: `${id}@example.org`, created_at: 1_700_000_000_000n }
    : bare;
}

@ThriftService(SERVICE)
class AccountController {
  readonly #actions = new Map<bigint, string[]>();
  readonly #idl: CompiledSchema;

  constructor(@Inject(THRIFT_IDL) idl: CompiledSchema) {
    this.#idl = idl;
  }

  @ThriftMethod() async GetAccount({ account_id }: { account_id: bigint }): Promise<object> {
    if (account_id <= 0n) {
      throw new BizStatusError(INVALID_ARGUMENT, 'account_id must be positive');
    }
    if (account_id === 404n) {
      const AccountNotFound = this.#idl.exception('AccountNotFound');
      throw new AccountNotFound({ message: 'no account', account_id });
    }
    if (account_id === 500n) {
      throw new BizStatusError(STORAGE_FAILED, 'no storage', { shard: '7' });
    }
    if (account_id === 900n) {
      await delay(1_000);
    }
    return { account: accountOf(account_id) };
  }

  @ThriftMethod() LogAccountAction(call: { action: string; account_id: bigint }): void {
    const { action, account_id } = call;
    this.#actions.set(account_id, [...(this.#actions.get(account_id) ?? []), action]);
  }

  @ThriftMethod() ListActions({ account_id }: { account_id: bigint }): object {
    return { actions: this.#actions.get(account_id) ?? [] };
  }
}

/** Starts a Nest microservice that serves AccountService on a free port. */
export function startAccounts(): Promise<NestServer> {
  return startNest(AccountController, { idl: IDL });
}

/** Starts a Nest application whose client has the options that a client in production has. */
export async function openAccounts(
  options: Pick<ThriftFeatureOptions, 'endpoints'>,
): Promise<{ client: AccountClient; close(): Promise<void> }> {
  @Module({
    imports: [
      ThriftModule.forRoot({ serviceName: 'interop.gateway', idl: IDL }),
      ThriftModule.forFeature([
        {
          name: 'accounts',
          service: SERVICE,
          connection: {
            mode: 'long',
            minIdlePerAddress: 2,
            maxIdlePerAddress: 10,
            maxPerAddress: 50,
          },
          connectTimeoutMs: 2_000,
          attemptTimeoutMs: 5_000,
          timeoutMs: 10_000,
          policies: {
            retry: { type: 'failure', maxRetries: 2, idempotent: true },
            circuitBreaker: { errorRate: 0.5, minSamples: 200 },
          },
          instanceBreaker: { errorRate: 0.3, minSamples: 100 },
          ...options,
        },
      ]),
    ],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const client = app.get<AccountClient>(getThriftClientToken('accounts'), { strict: false });
  return { client, close: () => app.close() };
}
