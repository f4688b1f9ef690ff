import { describe, expect, it } from 'vitest';
import type { Order } from './portfolio.js';
import { parseOrders } from './storage.js';

const ORDER: Order = { orderId: 'S-1', productId: 'P30', side: 'subscribe', shares: 100, price: 1.05, day: 20_777 };

describe('parseOrders', () => {
  it('reads back what was stored', () => {
    const orders: readonly Order[] = [ORDER, { ...ORDER, orderId: 'R-1', side: 'sell', soldFrom: 'S-1' }];
    expect(parseOrders(JSON.stringify(orders))).toEqual(orders);
  });

  it.each([null, '', 'not json', '{"orders":[]}', '[{', 'null'])('finds no orders in %j', (text) => {
    expect(parseOrders(text)).toEqual([]);
  });

  it('leaves out entries that are not orders and keeps the others', () => {
    const mixed = [null, 7, { ...ORDER, shares: '100' }, { ...ORDER, side: 'lend' }, { ...ORDER, day: 1.5 }, ORDER];
    expect(parseOrders(JSON.stringify(mixed))).toEqual([ORDER]);
  });
});
