import { describe, expect, it } from 'vitest';
import { matchRoute } from './router.js';

describe('matchRoute', () => {
  it.each([
    ['/', { kind: 'products' }],
    ['/product/P30', { kind: 'product', productId: 'P30' }],
    ['/subscribe/P30', { kind: 'subscribe', productId: 'P30' }],
    ['/holdings', { kind: 'holdings' }],
    ['/holdings/', { kind: 'holdings' }],
    ['/sell/S-7K3Q9FHW', { kind: 'sell', orderId: 'S-7K3Q9FHW' }],
    ['/sell/a%20b', { kind: 'sell', orderId: 'a b' }],
  ])('knows %s', (path, route) => {
    expect(matchRoute(path)).toEqual(route);
  });

  it.each(['/product', '/product/', '/product/P30/x', '/holdings/x', '/elsewhere'])('does not know %s', (path) => {
    expect(matchRoute(path)).toEqual({ kind: 'not-found' });
  });

  it('keeps an id whose escape is broken, rather than fail', () => {
    expect(matchRoute('/product/%E0%A4%A')).toEqual({ kind: 'product', productId: '%E0%A4%A' });
  });
});
