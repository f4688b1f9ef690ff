import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.js';

describe('parseConfig', () => {
  it('takes an http(s) endpoint and a write key, and nothing else that came along', () => {
    const config = { endpoint: 'http://127.0.0.1:8787', writeKey: 'tm_pk_a' };
    expect(parseConfig({ ...config, extra: 1 })).toEqual(config);
  });

  it.each([
    undefined,
    null,
    'text',
    {},
    { endpoint: 'http://127.0.0.1:8787' },
    { endpoint: null, writeKey: null },
    { endpoint: 'http://127.0.0.1:8787', writeKey: '' },
    { endpoint: 'javascript:alert(1)', writeKey: 'tm_pk_a' },
    { endpoint: '/relative', writeKey: 'tm_pk_a' },
  ])('is off for %j', (value) => {
    expect(parseConfig(value)).toBeUndefined();
  });
});
