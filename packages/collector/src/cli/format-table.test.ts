import { expect, it } from 'vitest';
import { formatTable } from './format-table.js';

it('prints text to the left and numbers to the right', () => {
  expect(
    formatTable(
      ['page', 'views'],
      [
        ['/a', 1_200],
        ['/long', 3],
      ],
    ),
  ).toBe(['page   views', '-----  -----', '/a     1,200', '/long      3', ''].join('\n'));
});

it('lets no cell speak to the terminal', () => {
  const table = formatTable(['page'], [['/\u001b[2J\u001b]0;title\u0007'], ['/a\r\nforged\u009b1m\u007f']]);
  expect(table).toContain('/\uFFFD[2J\uFFFD]0;title\uFFFD\n');
  expect(table).toContain('/a\uFFFD\uFFFDforged\uFFFD1m\uFFFD\n');
});
