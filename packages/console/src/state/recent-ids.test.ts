import { expect, it } from 'vitest';
import { createRecentIds } from './recent-ids.js';

it('knows an id again until enough others came after it', () => {
  const ids = createRecentIds(2);
  expect(['a', 'b', 'a', 'c', 'a', 'c'].map((id) => ids.add(id))).toEqual([true, true, false, true, true, false]);
});
