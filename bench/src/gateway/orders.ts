import type { Order } from '../gen/gateway.js';

/** The order that is sent and received: ten items, about 500 bytes of JSON. Its numbers are exact in JavaScript, as not all contestants take text. */
export const ORDER: Order = {
  id: 7_000_000_000_001n,
  customer: 'Ada Lovelace',
  paid: true,
  items: Array.from({ length: 10 }, (_, index) => ({
    sku: 7_000_000_010_000n + BigInt(index),
    count: index + 1,
    price: 19.5 + index,
  })),
  note: 'leave it at the door',
};

/** A request, as it goes over the wire. */
export interface GatewayRequest {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

const numbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;

/** One request without a body and one with it. */
export const REQUESTS: readonly GatewayRequest[] = [
  { name: 'GET', method: 'GET', path: `/orders/${ORDER.id}?limit=10&fields=id,items` },
  { name: 'POST', method: 'POST', path: '/orders', body: JSON.stringify(ORDER, numbers) },
];
