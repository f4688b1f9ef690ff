import { expect, it, vi } from 'vitest';

it('does nothing where there is no page, and nothing at import', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const { init } = await import('../index.js');
  const client = init({ endpoint: 'https://collect.example', writeKey: 'tm_pk_x' });
  client.track('a');
  client.page();
  client.click('b');
  client.formStart('f');
  client.exposure('m');
  client.conversion('g');
  client.order({ orderId: 'o', productId: 'p', side: 'sell', phase: 'placed', shares: 1, price: 1, currency: 'CNY' });
  client.identify('u');
  client.alias('v');
  client.reset();
  client.consent({ analytics: 'granted' });
  await client.flush();
  await client.close();
  expect(client.health()).toEqual({
    queued: 0,
    delivered: 0,
    rejected: 0,
    dropped: {},
    storage: 'memory',
    stopped: true,
    consent: 'unknown',
    clock: { steps: 0 },
    requests: [],
  });
  expect(timers).not.toHaveBeenCalled();
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});
