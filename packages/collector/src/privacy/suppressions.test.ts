import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSuppressions } from './suppressions.js';

const NONE = { keys: [], entries: [] };
const VISITOR = '0198c0de-0000-7000-8000-00000000abcd';
const T0 = 1_700_000_000_000;

describe('suppressions', () => {
  it('know an id in its workspace alone, whichever case a UUID is in', () => {
    const known = createSuppressions(NONE, () => T0);
    expect(known.isErased('shop', VISITOR)).toBe(false);
    known.add('shop', VISITOR);
    known.add('shop', 'User 7');
    expect(known.isErased('shop', VISITOR.toUpperCase())).toBe(true);
    expect(known.isErased('other', VISITOR)).toBe(false);
    expect(known.isErased('shop', 'User 7')).toBe(true);
    expect(known.isErased('shop', 'user 7')).toBe(false);
    expect(known.count()).toBe(2);
  });

  it('are what the documents say, and never the id', () => {
    const known = createSuppressions(NONE, () => T0);
    const { keyId, hmac, sinceMs } = known.add('shop', VISITOR.toUpperCase());
    const [key] = known.data().keys;
    expect(key?.keyId).toBe(keyId);
    expect(key?.key).toMatch(/^[0-9a-f]{64}$/);
    const expected = createHmac('sha256', Buffer.from(key?.key ?? '', 'hex'))
      .update(`shop\0${VISITOR}`)
      .digest('hex');
    expect({ hmac, sinceMs }).toEqual({ hmac: expected, sinceMs: T0 });
    expect(JSON.stringify(known.data())).not.toContain(VISITOR);
  });

  it('give the same entry for the same id again, after a restart, too', () => {
    let now = T0;
    const first = createSuppressions(NONE, () => now);
    const entry = first.add('shop', VISITOR);
    now += 5_000;
    expect(first.add('shop', VISITOR)).toEqual(entry);
    const next = createSuppressions(first.data(), () => now);
    expect(next.add('shop', VISITOR)).toEqual(entry);
    expect(next.data().keys).toHaveLength(1);
  });

  it('of two collectors that each made a key hold at both', () => {
    const [one, two] = [createSuppressions(NONE, () => T0), createSuppressions(NONE, () => T0 + 1)];
    one.add('shop', 'a');
    two.add('shop', 'b');
    expect([one.merge(two.data()), two.merge(one.data()), one.merge(two.data())]).toEqual([true, true, false]);
    for (const known of [one, two]) {
      expect([known.isErased('shop', 'a'), known.isErased('shop', 'b'), known.isErased('shop', 'c')]).toEqual([
        true,
        true,
        false,
      ]);
    }
    // From now on both use the older key.
    expect(one.add('shop', 'c').keyId).toBe(two.add('shop', 'd').keyId);
  });
});
