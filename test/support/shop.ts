import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions, ServiceDefinition, ThriftException } from '@nestjs-thrift/microservice';

/** The services the tests of Nest's side serve and call. */
export const SHOP_IDL = `
struct Item {
  1: required i64 id
  2: required string name
  3: optional binary picture
  4: optional map<i64, string> labels
}

exception OutOfStock {
  1: required string message
  2: optional i64 item_id
}

exception Unrelated {
  1: required string message
}

service Shop {
  Item GetItem(1: i64 id) throws (1: OutOfStock outOfStock)
  string Describe(1: string prefix, 2: Item item)
  i32 Count()
  void Reset()
  oneway void Note(1: string text)
}

service Probe {
  /** Whatever a test wants to know. */
  string Ask(1: string question)
}
`;

const compiled = compileSchema(loadSchemaFromText(SHOP_IDL, { file: 'shop.thrift' }));

export interface Item {
  readonly id: bigint;
  readonly name: string;
  readonly picture?: Buffer;
  readonly labels?: ReadonlyMap<bigint, string>;
}

export interface ShopClient {
  GetItem(id: bigint, options?: CallOptions): Promise<Item>;
  Describe(prefix: string, item: Item, options?: CallOptions): Promise<string>;
  Count(options?: CallOptions): Promise<number>;
  Reset(options?: CallOptions): Promise<void>;
  Note(text: string, options?: CallOptions): Promise<void>;
}

export interface ProbeClient {
  Ask(question: string, options?: CallOptions): Promise<string>;
}

export const Shop = compiled.service<ShopClient>('Shop');
export const Probe = compiled.service<ProbeClient>('Probe');

type ExceptionClass<Fields> = new (fields: Fields) => ThriftException & Readonly<Fields>;

export const OutOfStock = compiled.exception('OutOfStock') as unknown as ExceptionClass<{
  message: string;
  item_id?: bigint;
}>;
export const Unrelated = compiled.exception('Unrelated') as unknown as ExceptionClass<{
  message: string;
}>;

/** A service whose controllers may have handlers of any type, for tests of what wrong or generic ones do. */
export function untyped(service: ServiceDefinition): ServiceDefinition {
  return service;
}
