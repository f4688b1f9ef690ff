// @vitest-environment happy-dom
import type { DataBreak, EffectiveDataReport } from '@tidemark/protocol';
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import { formatTime } from '../format/clock-time.js';
import { DataPanel } from './data-panel.js';

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const text = (name: string) => all(`[data-test=${name}]`)[0]?.textContent;

const gone = (subject: string): DataBreak => ({
  kind: 'vanished',
  subject,
  release: '2.0',
  observed: 0,
  expected: 0.9,
  count: 40,
});

function reportOf(completeTo: number | null, breaks: readonly DataBreak[]): EffectiveDataReport {
  return {
    rows: [],
    totals: {
      events: 12_000,
      queues: 40,
      missing: 24,
      completenessRatio: 0.998,
      copies: 3,
      lateMsMedian: 300,
      lateMsP95: 2_000,
      lateMsP99: 8_400,
      lateRatio: 0.004,
      rejected: 6,
      rejectedRatio: 0.0005,
      doubleLoads: 1,
    },
    freshness: { completeTo, settledTo: completeTo, newestOccurredAt: null, newestReceivedAt: null },
    rejected: [],
    empties: [],
    breaks,
  };
}

const show = (report: EffectiveDataReport | undefined, fault = '') =>
  render(<DataPanel state={{ report, stale: false, fault }} />, document.body);

afterEach(() => {
  render(null, document.body);
});

describe('DataPanel', () => {
  it('says how far the data goes, how whole and late it is, and that all is well', () => {
    const at = Date.UTC(2026, 10, 29, 6, 40, 9);
    show(reportOf(at, []));
    expect(text('complete-to')).toBe(`complete to ${formatTime(at)}`);
    expect(['complete', 'late', 'copies', 'rejected'].map((name) => text(`data-${name}`))).toEqual([
      '99.8%',
      '0.4%',
      '4',
      '0.1%',
    ]);
    expect(document.body.textContent).toContain('Nothing departs from what is usual.');
  });

  it('names what broke, and how much more there is', () => {
    show(
      reportOf(
        null,
        Array.from({ length: 8 }, (_, i) => gone(`click.${i}`)),
      ),
    );
    expect(all('[data-test=data-break]')).toHaveLength(6);
    expect(text('data-break')).toContain('Release 2.0: “click.0” vanished');
    expect(document.body.textContent).toContain('and 2 more.');
    expect(document.body.textContent).toContain('Nobody knows how far the data goes.');
  });

  it('keeps the last figures when none come, and says why', () => {
    show(undefined, 'The collector does not answer.');
    expect(text('empty')).toContain('No figures yet.');
    show(reportOf(null, []), 'The collector does not answer.');
    expect(text('fault')).toContain('These are the last figures that came.');
  });
});
