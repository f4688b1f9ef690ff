import { expect, it } from 'vitest';
import { describeImport } from './describe-import.js';
import type { ImportResult } from './import-file.js';

const result: ImportResult = {
  lines: 10,
  unparsable: [],
  events: 12,
  accepted: 12,
  duplicate: 0,
  rejected: [],
  pageViews: 4,
  requests: 6,
  sessions: 3,
  visitors: 1,
  firstAt: Date.UTC(2015, 4, 17),
  lastAt: Date.UTC(2015, 4, 18),
};

it('says what an import did', () => {
  expect(describeImport(result)).toBe(
    [
      '10 lines: 10 requests read, 0 unparsable lines',
      '1 visitor, 3 sessions, 4 page views, 6 other requests, from 2015-05-17T00:00:00.000Z to 2015-05-18T00:00:00.000Z',
      '12 events sent: 12 accepted, 0 already there, 0 rejected',
      '',
    ].join('\n'),
  );
});

it('names the first twenty unparsable lines and counts the rest', () => {
  const unparsable = Array.from({ length: 23 }, (_, i) => ({ lineNumber: i + 1, reason: 'no_time' as const }));
  const text = describeImport({ ...result, unparsable, firstAt: undefined, lastAt: undefined });
  expect(text).toContain('  line 20: no_time\n  and 3 more\n');
  expect(text).not.toContain('line 21');
});

it('says what a log looks like when no line of the file is of one', () => {
  const unparsable = [{ lineNumber: 1, reason: 'no_referrer' as const }];
  const text = describeImport({ ...result, lines: 1, unparsable, firstAt: undefined, lastAt: undefined });
  expect(text).toContain('No line could be read: the combined format has');
  expect(describeImport({ ...result, unparsable })).not.toContain('No line');
});

it('names rejected events', () => {
  const rejected = [{ lineNumber: 7, type: 'page_view', reason: 'too_long', field: 'page' } as const];
  expect(describeImport({ ...result, rejected })).toContain('Rejected:\n  line 7: page_view too_long page\n');
});

it('lets no text that came from the log or the network speak to the terminal', () => {
  const rejected = [{ lineNumber: 7, type: 'custom', reason: 'too_long', field: 'props.\u001b[2J\u009b1m' } as const];
  expect(describeImport({ ...result, rejected })).toContain('line 7: custom too_long props.\uFFFD[2J\uFFFD1m\n');
});
