import { describe, expect, it } from 'vitest';
import { describeStatus } from './status-text.js';

const HEALTH = { queued: 0, delivered: 9, rejected: 0, stopped: false };

describe('describeStatus', () => {
  it.each([
    [{ queued: 3 }, false, '3 events waiting, network is off'],
    [{ queued: 1 }, false, '1 event waiting, network is off'],
    [{ queued: 0 }, false, 'Network is off, nothing waiting'],
    [{ queued: 2 }, true, '2 events on the way'],
    [{ queued: 0 }, true, 'Online'],
    [{ queued: 2, stopped: true }, true, 'Analytics stopped: the key is not known'],
  ])('%j, online %s', (health, online, text) => {
    expect(describeStatus({ ...HEALTH, ...health }, online).text).toBe(text);
  });

  it('says so when there is no client', () => {
    expect(describeStatus(undefined, true)).toEqual({ tone: 'off', text: 'Analytics off', counts: '' });
  });

  it('mentions rejected events only when there are any', () => {
    expect(describeStatus(HEALTH, true).counts).toBe('0 queued, 9 delivered');
    expect(describeStatus({ ...HEALTH, rejected: 2 }, true).counts).toBe('0 queued, 9 delivered, 2 rejected');
  });
});
