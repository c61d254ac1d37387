import type { Order } from '../gen/gateway.js';

/** The order that is sent and received: ten items, about 800 bytes of JSON. */
export const ORDER: Order = {
  id: 9_007_199_254_740_993n,
  customer: 'Ada Lovelace',
  paid: true,
  items: Array.from({ length: 10 }, (_, index) => ({
    sku: 9_007_199_254_741_000n + BigInt(index),
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

const digits = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

/** One request without a body and one with it. */
export const REQUESTS: readonly GatewayRequest[] = [
  { name: 'GET', method: 'GET', path: `/orders/${ORDER.id}?limit=10&fields=id,items` },
  { name: 'POST', method: 'POST', path: '/orders', body: JSON.stringify(ORDER, digits) },
];
