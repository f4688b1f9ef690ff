import { expect, it } from 'vitest';
import { describeCollector } from './serve-command.js';

const keys = { workspaceId: 'default', writeKey: 'tm_pk_1', readKey: 'tm_rk_1', secretKey: 'tm_sk_1' };
const collector = { url: 'http://127.0.0.1:8787', keys, hasConsole: true };

it('opens the console with its key on a terminal, and never shows the secret key', () => {
  const text = describeCollector(collector, '.tidemark', true);
  expect(text).toContain('console    http://127.0.0.1:8787/console/#key=tm_rk_1\n');
  expect(text).not.toContain('tm_sk_');
});

it('keeps the read key out of what is no terminal', () => {
  const text = describeCollector(collector, '.tidemark', false);
  expect(text).toContain('console    http://127.0.0.1:8787/console/\n');
  expect(text).not.toContain('tm_rk_');
});
