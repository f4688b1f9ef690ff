import { expect, it } from 'vitest';
import { reportPath } from './report-path.js';

it('names the report and only what was asked of it', () => {
  expect(reportPath('sessions', {})).toBe('v1/reports/sessions');
  expect(reportPath('pages', { from: 0, surface: 'h5', limit: 50 })).toBe(
    'v1/reports/pages?from=0&surface=h5&limit=50',
  );
});
