import { expect, it } from 'vitest';
import { reportPath } from './report-path.js';

it('names the report and only what was asked of it', () => {
  expect(reportPath('sessions', {})).toBe('v1/reports/sessions');
  expect(reportPath('pages', { from: 0, surface: 'h5', limit: 50 })).toBe(
    'v1/reports/pages?from=0&surface=h5&limit=50',
  );
  expect(reportPath('funnel', { steps: [{ view: '/a&b' }, { goal: 'paid' }], windowSeconds: 60 })).toBe(
    'v1/reports/funnel?steps=%5B%7B%22view%22%3A%22%2Fa%26b%22%7D%2C%7B%22goal%22%3A%22paid%22%7D%5D&windowSeconds=60',
  );
});
