import { EVENT_TYPES } from '@tidemark/protocol';
import { expect, it } from 'vitest';
import { priorityOf } from './priority.js';

it('holds money dearest, and what is many and tells little least', () => {
  const of = (priority: string) => EVENT_TYPES.filter((type) => priorityOf(type) === priority);
  expect(of('urgent').toSorted()).toEqual(['conversion', 'order']);
  expect(of('bulk').toSorted()).toEqual(['click', 'error', 'exposure', 'scroll', 'web_vital']);
  expect(of('normal')).toHaveLength(EVENT_TYPES.length - 7);
});
