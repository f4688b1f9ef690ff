import { describe, expect, it } from 'vitest';
import { createDailyUsage } from './daily-usage.js';

const DAY_MS = 86_400_000;

function start() {
  const clock = { ms: 20_000 * DAY_MS };
  return { clock, usage: createDailyUsage('here', () => clock.ms) };
}

describe('daily usage', () => {
  it('begins anew at midnight UTC, to the millisecond', () => {
    const { clock, usage } = start();
    usage.add('a', 5);
    usage.add('b', 2);
    clock.ms += DAY_MS - 1;
    usage.add('a', 3);
    expect([usage.of('a'), usage.of('b'), usage.of('c'), usage.secondsLeft()]).toEqual([8, 2, 0, 1]);
    clock.ms += 1;
    expect([usage.of('a'), usage.own(), usage.secondsLeft()]).toEqual([0, [], 86_400]);
    usage.add('a', 1);
    clock.ms -= 1_000; // set back over midnight
    expect(usage.of('a')).toBe(1);
  });

  it('adds what other collectors took, as the store last knew it', () => {
    const { usage } = start();
    const of = (collectorId: string, events: number, day = 20_000) => ({ workspaceId: 'a', day, collectorId, events });
    usage.add('a', 5);
    usage.merge([of('there', 10), of('elsewhere', 100), of('here', 4), of('there', 1_000, 19_999)]);
    expect(usage.of('a')).toBe(115);
    usage.merge([of('there', 12), of('elsewhere', 100), of('here', 9)]); // this one was killed before it had written 9 down
    expect(usage.of('a')).toBe(121);
    expect(usage.own()).toEqual([of('here', 9)]);
  });

  it('takes ids of any kind', () => {
    const { usage } = start();
    usage.add('__proto__', 1);
    expect([usage.of('__proto__'), usage.of('constructor')]).toEqual([1, 0]);
  });
});
