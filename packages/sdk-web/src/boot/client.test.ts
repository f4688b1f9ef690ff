import { describe, expectTypeOf, it } from 'vitest';
import type { Client } from './client.js';
import { init } from './init.js';

const off = { endpoint: '', writeKey: '' }; // in Node there is no page: these clients do nothing

describe('typed events', () => {
  it('hold each call to the props of its event', () => {
    const client = init<{ filter: { term: string }; opened: undefined; noted: { by: string } | undefined }>(off);
    client.track('filter', { term: '30 days' });
    client.track('opened');
    client.track('noted');
    client.track('noted', { by: 'u1' });
    // @ts-expect-error an event that there is not
    client.track('filtered', { term: '30 days' });
    // @ts-expect-error props that are missing
    client.track('filter');
    // @ts-expect-error a prop that is missing
    client.track('filter', {});
    // @ts-expect-error a prop of another type
    client.track('filter', { term: 30 });
    // @ts-expect-error a prop that there is not
    client.track('filter', { term: '30 days', more: 1 });
    // @ts-expect-error props of an event that has none
    client.track('opened', { term: '30 days' });
  });

  it('may be named by an interface', () => {
    interface ShopEvents {
      readonly filter: { readonly term: string };
    }
    expectTypeOf(init<ShopEvents>(off)).toEqualTypeOf<Client<ShopEvents>>();
  });

  it('may be any, of scalars, where nobody names them', () => {
    const client = init(off);
    client.track('anything');
    client.track('anything', { text: 'a', number: 1, yes: true });
    // @ts-expect-error no scalar
    client.track('anything', { list: [1] });
  });
});
