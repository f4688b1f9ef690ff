// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { createWebStorage } from './web-storage.js';

it('gives a record that is added after a reload a key of its own, behind all that lie there', async () => {
  localStorage.clear();
  localStorage.setItem('quay.orders', '[]');
  const held: string[] = [];
  const first = createWebStorage(localStorage, (text) => held.push(text));
  await first.append(['one', 'two', 'three']);
  await first.remove([1]);
  await first.setText('person', 'somebody');
  const second = createWebStorage(localStorage, (text) => held.push(text));
  await second.append(['four']);
  expect(await second.read(0, 10)).toEqual([
    { key: 2, text: 'two' },
    { key: 3, text: 'three' },
    { key: 4, text: 'four' },
  ]);
  expect(await second.read(3, 1)).toEqual([{ key: 3, text: 'three' }]);
  expect(await second.getText('person')).toBe('somebody');
  expect(held).toEqual(['one', 'two', 'three', 'four']);
});
