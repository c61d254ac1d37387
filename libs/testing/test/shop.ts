import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions, ProtocolName, TransportName } from '@nestjs-thrift/transport';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';

const schema = compileSchema(
  loadSchemaFromText(`
    struct Item { 1: required string name, 2: optional i32 price }
    exception NoSuchItem { 1: string name }
    exception Closed { 1: string reason }

    service Shop {
      Item find(1: string name) throws (1: NoSuchItem missing)
      i32 add(1: i32 left, 2: i32 right)
      string where()
      void open() throws (1: Closed closed)
      oneway void note(1: string text)
    }
  `),
);

export interface Item {
  name: string;
  price?: number | undefined;
}

export interface ShopClient {
  find(name: string, options?: CallOptions): Promise<Item>;
  add(left: number, right: number, options?: CallOptions): Promise<number>;
  where(options?: CallOptions): Promise<string>;
  open(options?: CallOptions): Promise<void>;
  note(text: string, options?: CallOptions): Promise<void>;
}

export const Shop = schema.service<ShopClient>('Shop');
export const NoSuchItem = schema.exception('NoSuchItem');
export const Closed = schema.exception('Closed');

/** A caller of the shop at an address. */
export function shopAt(
  address: string,
  transport: TransportName = 'TTHeaderFramed',
  protocol: ProtocolName = 'binary',
): { shop: ShopClient; transport: ClientTransport } {
  const made = new ClientTransport({ transport, protocol, serviceName: 'test.caller' });
  return { shop: createClient(Shop, { transport: made, endpoints: [address] }), transport: made };
}
