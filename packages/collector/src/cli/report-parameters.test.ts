import { describe, expect, it } from 'vitest';
import { readReportQuery } from '../reports/read-query.js';
import { reportParameters, requireSteps } from './report-parameters.js';

describe('reportParameters', () => {
  it('say what the collector understands', () => {
    const search = reportParameters({
      json: true,
      from: '2026-01-05',
      app: 'shop',
      window: '3600',
      segment: ['country=CN,HK', 'release!=4.0', 'did=goal:paid', 'didNot=order:sell.placed'],
      step: ['view:/funds?a=b', 'order:subscribe.placed', 'goal:x:y'],
    });
    expect(readReportQuery('funnel', Object.fromEntries(search))).toEqual({
      from: Date.UTC(2026, 0, 5),
      appId: 'shop',
      windowSeconds: 3_600,
      segment: [
        { field: 'country', is: ['CN', 'HK'] },
        { field: 'release', isNot: ['4.0'] },
        { did: { goal: 'paid' } },
        { didNot: { order: 'sell', phase: 'placed' } },
      ],
      steps: [{ view: '/funds?a=b' }, { order: 'subscribe', phase: 'placed' }, { goal: 'x:y' }],
    });
  });

  it.each([{}, { step: ['view:/'] }])('say how steps are given where a funnel has too few: %j', (options) => {
    expect(() => requireSteps(options)).toThrow(/two steps or more: --step view:\/funds --step goal:paid/);
    expect(() => requireSteps({ step: ['view:/', 'goal:paid'] })).not.toThrow();
  });

  it.each([
    [{ segment: ['country'] }, '--segment'],
    [{ step: ['buy'] }, 'a step'],
    [{ segment: ['did=x'] }, 'a step'],
  ])('say how what cannot be read is written: %j', (options, what) => {
    expect(() => reportParameters(options)).toThrow(new RegExp(`^${what} cannot be read from .*: write it like`));
  });
});
