// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { campaigns } from './campaigns.js';
import type { FeatureHost, ViewStartFields } from './feature.js';

/** Shows addresses one after the other, as pages of one visitor do. @returns what each told, and how many sessions it began. */
function show(addresses: readonly string[]) {
  const kept = new Map<string, string>();
  let sessions = 0;
  const told = addresses.map((address): ViewStartFields | undefined => {
    let read: (() => ViewStartFields) | undefined;
    const host: Partial<FeatureHost> = {
      storage: { get: (name) => kept.get(name), set: (name, value) => void kept.set(name, value) },
      atViewStart(given) {
        read = given;
      },
      sessions: {
        reset: () => void sessions++,
      } as FeatureHost['sessions'], // as much of it as is used
    };
    campaigns()(host as FeatureHost); // as much of it as is used
    history.replaceState(null, '', address);
    return read?.();
  });
  return { told, sessions, kept: [...kept.values()] };
}

describe('campaigns', () => {
  beforeEach(() => history.replaceState(null, '', '/'));

  it('tells the campaign that the address names, as far as it does', () => {
    const all = '/?utm_source=mail&utm_medium=email&utm_campaign=spring%20sale&utm_term=fund&utm_content=top&x=1';
    expect(show([all, '/?utm_source=poster&utm_medium=', '/?x=1', '/']).told).toEqual([
      { campaign: { source: 'mail', medium: 'email', name: 'spring sale', term: 'fund', content: 'top' } },
      { campaign: { source: 'poster' } },
      {},
      {},
    ]);
  });

  it('leaves nothing on the device that the address said', () => {
    const { kept } = show(['/?utm_source=ann@mail.example&utm_content=13800138000']);
    expect(kept).toEqual([expect.stringMatching(/^-?\d{1,10}$/)]);
  });

  it('begins a session with each campaign that is another than the last, and with no other view', () => {
    expect(show(['/?utm_source=mail']).sessions).toBe(1);
    expect(show(['/?utm_source=mail', '/?utm_source=mail', '/next', '/?x=1&utm_source=mail']).sessions).toBe(1);
    expect(show(['/?utm_source=mail', '/?utm_source=poster', '/', '/?utm_source=mail']).sessions).toBe(3);
  });
});
