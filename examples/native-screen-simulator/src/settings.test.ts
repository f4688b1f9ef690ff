import { describe, expect, it } from 'vitest';
import { createSettings, formatSettings, parseSettings } from './settings.js';

describe('the settings', () => {
  it('come back from the address that they were written to', () => {
    const query = 'seed=7&slow&dead&container=capacitor&clock=-10';
    const settings = parseSettings(new URLSearchParams(query));
    expect(settings).toMatchObject({ container: 'capacitor', slow: true, dead: true, late: false, clockMinutes: -10 });
    const again = new URLSearchParams(formatSettings(settings, new URLSearchParams('seed=7')));
    expect(parseSettings(again)).toEqual(settings);
    expect(again.get('seed')).toBe('7');
  });

  it('are the first container and a right clock where the address says nonsense', () => {
    const settings = parseSettings(new URLSearchParams('container=constructor&clock=9000'));
    expect(settings).toMatchObject({ container: 'android_interface', clockMinutes: 0 });
  });

  it('tell what they were before', () => {
    const written: string[] = [];
    const store = createSettings('?late', (query) => written.push(query));
    const changes: unknown[] = [];
    store.onChange((now, before) => changes.push([before.late, now.late]));
    store.change({ late: false });
    expect(changes).toEqual([[true, false]]);
    expect(written).toEqual(['container=android_interface']);
  });
});
