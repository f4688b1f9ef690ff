import { describe, expect, it } from 'vitest';
import { checkReadKey } from './read-key.js';

describe('checkReadKey', () => {
  it('takes a read key, and forgives the spaces around it', () => {
    expect(checkReadKey(' tm_rk_a1-B2_c3\n')).toEqual({ kind: 'read_key', readKey: 'tm_rk_a1-B2_c3' });
  });

  it.each([
    ['tm_pk_abc', 'write key'],
    ['tm_sk_abc', 'secret key'],
    ['hello', 'no key'],
    ['', 'Paste a read key'],
  ])('refuses %j and says which key is needed', (text, reason) => {
    const check = checkReadKey(text);
    if (check.kind !== 'refused') throw new Error(`${text} was taken`);
    expect(check.message).toContain(reason);
    expect(check.message).toContain('tm_rk_');
  });

  it.each(['tm_rk_', 'tm_rk_abc def', 'tm_rk_abc\u2026'])('refuses %j, which is not whole', (text) => {
    expect(checkReadKey(text)).toMatchObject({ kind: 'refused', message: expect.stringContaining('not whole') });
  });
});
