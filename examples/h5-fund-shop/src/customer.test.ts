import { expect, it } from 'vitest';
import { signedInCustomer } from './customer.js';

it('a browser has one customer, however often the shop is opened, and another browser another', () => {
  const browser = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  };
  let next = 0;
  const randomBytes = () => new Uint8Array(8).fill(next++);
  const [first, second] = [browser(), browser()];
  expect(signedInCustomer(first, randomBytes)).toBe('demo-22222222');
  expect(signedInCustomer(second, randomBytes)).toBe('demo-33333333');
  expect(signedInCustomer(first, randomBytes)).toBe('demo-22222222');
});
