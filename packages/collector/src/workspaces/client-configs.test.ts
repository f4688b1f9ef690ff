import { LIMITS } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { type ClientConfigChange, createClientConfigs } from './client-configs.js';

describe('client configurations', () => {
  it('let everything through where nobody set any', () => {
    const configs = createClientConfigs([], () => 5);
    expect(configs.of('w')).toEqual({
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      enabled: true,
      sampling: {},
      limits: { eventsPerBatch: LIMITS.eventsPerBatch, bodyBytes: LIMITS.bodyBytes },
    });
    expect(configs.data()).toEqual([]);
  });

  it('change in what is said and keep the rest, each workspace for itself', () => {
    const configs = createClientConfigs([], () => 5);
    configs.change('w', { sampling: { click: 0.5, scroll: 0 } });
    configs.change('w', { enabled: false });
    expect(configs.of('w')).toMatchObject({ enabled: false, sampling: { click: 0.5, scroll: 0 } });
    configs.change('w', { sampling: { scroll: 1 } });
    expect(configs.of('w')).toMatchObject({ enabled: false, sampling: { scroll: 1 } });
    expect(configs.of('other')).toMatchObject({ enabled: true, sampling: {} });
  });

  it('have a version that follows from their content, whoever set it, when and in what order', () => {
    const configs = createClientConfigs([], () => 5);
    const unset = configs.of('w').version;
    configs.change('w', { sampling: { click: 0.5, scroll: 0 } });
    configs.change('v', { sampling: { scroll: 0, click: 0.5 } });
    expect(configs.of('v')).toEqual(configs.of('w'));
    const versions = [unset, configs.of('w').version];
    const changes: ClientConfigChange[] = [
      { enabled: false },
      { sampling: { click: 0.25 } },
      { sampling: {} },
      { enabled: true },
    ];
    for (const change of changes) {
      configs.change('w', change);
      versions.push(configs.of('w').version);
    }
    expect(new Set(versions.slice(0, -1)).size).toBe(versions.length - 1);
    expect(versions.at(-1)).toBe(unset);
  });

  it('take in only what is later than what they know, and are later than what they replace under any clock', () => {
    const configs = createClientConfigs([{ workspaceId: 'w', enabled: false, sampling: {}, version: 100 }], () => 5);
    configs.merge([{ workspaceId: 'w', enabled: true, sampling: {}, version: 99 }]);
    expect(configs.of('w').enabled).toBe(false);
    expect(configs.change('w', { sampling: { click: 0 } })).toMatchObject({ enabled: false, version: 101 });
    configs.merge([{ workspaceId: 'w', enabled: true, sampling: {}, version: 102 }]);
    expect(configs.of('w')).toMatchObject({ enabled: true, sampling: {} });
  });

  it('take names of any kind for names', () => {
    const configs = createClientConfigs([], () => 5);
    configs.change('__proto__', { sampling: { constructor: 0.5, toString: 0 } });
    expect(Object.entries(configs.of('__proto__').sampling)).toEqual([
      ['constructor', 0.5],
      ['toString', 0],
    ]);
    expect(Object.entries(configs.of('constructor').sampling)).toEqual([]);
    expect(({} as { readonly click?: number }).click).toBeUndefined();
  });
});
