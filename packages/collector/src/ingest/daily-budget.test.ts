import { expect, it } from 'vitest';
import { createDailyUsage } from '../workspaces/daily-usage.js';
import { createRegistry } from '../workspaces/registry.js';
import { createDailyBudget } from './daily-budget.js';

it('takes events until the day is used up, of each workspace for itself, and again from midnight UTC on', () => {
  const clock = { ms: 20_000 * 86_400_000 + 1_500 };
  const registry = createRegistry({ workspaces: [], keys: [] }, () => clock.ms);
  for (const id of ['a', 'b', 'c']) registry.createWorkspace(id, id, id === 'c' ? {} : { dailyEvents: 10 });
  const budget = createDailyBudget(
    registry,
    createDailyUsage('here', () => clock.ms),
  );
  budget.spend('a', 9);
  budget.check('a');
  budget.spend('a', 50); // one batch that was under way
  budget.spend('c', 1_000_000);
  expect(() => budget.check('a')).toThrow(
    expect.objectContaining({ code: 'budget_exhausted', retryAfterSeconds: 86_399 }),
  );
  for (const id of ['b', 'c', 'unheard of']) budget.check(id);
  expect(['a', 'b', 'c', 'unheard of'].filter(budget.isSpent)).toEqual(['a']);
  registry.changeWorkspace('a', { dailyEvents: 60 });
  budget.check('a');
  registry.changeWorkspace('a', { dailyEvents: 10 });
  expect(() => budget.check('a')).toThrow('10 events');
  clock.ms = 20_001 * 86_400_000;
  budget.check('a');
});
