import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openConsent } from './consent.js';

function open(
  options: { consent?: 'unknown'; honourGpc?: boolean; honourDnt?: boolean } = {},
  kept = new Map<string, string>(),
  onGate: () => void = () => undefined,
) {
  const storage = {
    get: (name: string) => kept.get(name),
    set: (name: string, value: string) => void kept.set(name, value),
    persist: () => undefined,
    clear: () => undefined,
  };
  return openConsent(storage, options, onGate);
}

describe('openConsent', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', {});
    return () => void vi.unstubAllGlobals();
  });

  it('is what the app says until somebody decides', () => {
    expect(open().gate()).toBe('granted');
    expect(open({ consent: 'unknown' }).gate()).toBe('unknown');
    expect(open().purposes()).toEqual({});
  });

  it('opens and shuts by what is decided of analytics alone', () => {
    const consent = open({ consent: 'unknown' });
    consent.decide({ marketing: 'denied', risk: 'granted' });
    expect(consent.gate()).toBe('unknown');
    consent.decide({ analytics: 'granted' });
    expect(consent.gate()).toBe('granted');
    consent.decide({ analytics: 'denied' });
    expect(consent.gate()).toBe('denied');
    expect(consent.purposes()).toEqual({ analytics: 'denied', marketing: 'denied', risk: 'granted' });
  });

  it('tells of the gate when it has opened or shut, here or in another tab, before it is written down', () => {
    const kept = new Map<string, string>();
    const told: unknown[] = [];
    const consent = open({ consent: 'unknown' }, kept, () => told.push([consent.gate(), kept.get('consent')]));
    consent.decide({ marketing: 'denied' });
    consent.decide({ analytics: 'granted' });
    consent.decide({ analytics: 'granted' });
    expect(told).toEqual([['granted', '{"marketing":"denied"}']]);
    kept.set('consent', '{"analytics":"denied"}');
    consent.reload();
    consent.reload();
    expect(told.slice(1)).toEqual([['denied', '{"analytics":"denied"}']]);
  });

  it('writes a decision down even where what follows of it fails', () => {
    const kept = new Map<string, string>();
    const consent = open({}, kept, () => {
      throw new Error('the page broke it');
    });
    expect(() => consent.decide({ analytics: 'denied' })).toThrow('the page broke it');
    expect(open({}, kept).gate()).toBe('denied');
  });

  it('is remembered by the next page, a denial too', () => {
    const kept = new Map<string, string>();
    open({}, kept).decide({ analytics: 'denied', marketing: 'granted' });
    const next = open({}, kept);
    expect(next.gate()).toBe('denied');
    expect(next.purposes()).toEqual({ analytics: 'denied', marketing: 'granted' });
  });

  it('takes over what another tab decided', () => {
    const kept = new Map<string, string>();
    const [here, there] = [open({}, kept), open({}, kept)];
    there.decide({ analytics: 'denied' });
    expect(here.gate()).toBe('granted');
    here.reload();
    expect(here.gate()).toBe('denied');
  });

  it('takes of a decision what the protocol knows', () => {
    const consent = open();
    const decided = { analytics: true, marketing: 'denied', cookies: 'granted', risk: '' };
    expect(consent.decide(decided as object)).toEqual({ marketing: 'denied' });
    expect(consent.purposes()).toEqual({ marketing: 'denied' });
  });

  it.each(['{', 'null', '7', '"granted"', '[]', '{"analytics":"yes"}'])(
    'is undecided when the storage holds %s',
    (text) => {
      const consent = open({ consent: 'unknown' }, new Map([['consent', text]]));
      expect(consent.gate()).toBe('unknown');
      expect(consent.purposes()).toEqual({});
    },
  );

  it('lets Global Privacy Control deny marketing, unless told not to', () => {
    vi.stubGlobal('navigator', { globalPrivacyControl: true });
    expect(open().purposes()).toEqual({ marketing: 'denied' });
    expect(open().gate()).toBe('granted');
    expect(open({ honourGpc: false }).purposes()).toEqual({});
  });

  it('lets Do Not Track deny everything where it is told to', () => {
    vi.stubGlobal('navigator', { doNotTrack: '1' });
    expect(open().gate()).toBe('granted');
    const consent = open({ honourDnt: true });
    expect(consent.gate()).toBe('denied');
    expect(consent.purposes()).toEqual({ analytics: 'denied', marketing: 'denied', risk: 'denied' });
    vi.stubGlobal('navigator', { doNotTrack: '0' });
    expect(open({ honourDnt: true }).gate()).toBe('granted');
  });

  it('holds what the visitor says against any signal', () => {
    vi.stubGlobal('navigator', { doNotTrack: '1', globalPrivacyControl: true });
    const consent = open({ honourDnt: true });
    consent.decide({ analytics: 'granted' });
    expect(consent.gate()).toBe('granted');
    expect(consent.purposes()).toEqual({ analytics: 'granted', marketing: 'denied', risk: 'denied' });
  });
});
