// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Health } from '../boot/client.js';
import { debug } from './debug-panel.js';

const quiet: Health = {
  queued: 0,
  delivered: 12,
  rejected: 1,
  dropped: {},
  storage: 'indexeddb',
  stopped: false,
  consent: 'granted',
  clock: { steps: 0 },
  requests: [],
};

function open(health: Health = quiet) {
  const client = { health: vi.fn(() => health) };
  const remove = debug(client);
  onTestFinished(remove);
  const host = document.documentElement.lastElementChild as HTMLElement;
  const root = host.shadowRoot as ShadowRoot;
  const rows = () =>
    [...root.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent).join(' | '));
  const press = (name: string) =>
    [...root.querySelectorAll('button')].find((each) => each.textContent === name)?.click();
  return { client, remove, host, root, rows, press, show: (next: Health) => client.health.mockReturnValue(next) };
}

describe('debug', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('shows what the client says of itself', () => {
    const at = new Date(2026, 0, 5, 9, 30, 5).getTime();
    const { rows } = open({
      ...quiet,
      queued: 3,
      stopped: true,
      dropped: { sampled: 4, bad_prop: 1 },
      clock: { offsetMs: -1_200, errorMs: 15, steps: 2 },
      requests: [
        { at, kind: 'config', status: 200, bytes: 0, tookMs: 12 },
        { at: at + 1_000, kind: 'batch', status: 0, bytes: 512, tookMs: 30_000 },
      ],
    });
    expect(rows()).toEqual([
      'queued | 3 in indexeddb',
      'delivered | 12, 1 rejected',
      'dropped | sampled 4\nbad_prop 1',
      'consent | granted',
      'clock | -1200 +/- 15 ms, 2 steps',
      'stopped | the collector refused the key',
      'time | request | status | bytes | ms',
      '09:30:06 | batch | none | 512 | 30000',
      '09:30:05 | config | 200 | 0 | 12',
    ]);
  });

  it('is up to date twice a second, and leaves alone what did not change', () => {
    const { rows, root, show } = open();
    expect(rows()).toContain('clock | not known yet, 0 steps');
    const [first] = root.querySelectorAll('tr');
    vi.advanceTimersByTime(2_000);
    expect(root.querySelector('tr')).toBe(first);
    show({ ...quiet, queued: 7 });
    vi.advanceTimersByTime(500);
    expect(rows()[0]).toBe('queued | 7 in indexeddb');
  });

  it('rests while nobody sees the page', () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    onTestFinished(() => hidden.mockRestore());
    const { rows, show } = open();
    hidden.mockReturnValue(true);
    show({ ...quiet, queued: 7 });
    vi.advanceTimersByTime(5_000);
    expect(rows()[0]).toBe('queued | 0 in indexeddb');
    hidden.mockReturnValue(false);
    vi.advanceTimersByTime(500);
    expect(rows()[0]).toBe('queued | 7 in indexeddb');
  });

  it('copies all of it as JSON, or says that it may not', async () => {
    const written: string[] = [];
    const clipboard = { writeText: async (text: string) => void written.push(text) };
    const get = vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(clipboard as unknown as Clipboard);
    onTestFinished(() => get.mockRestore());
    const { press, root } = open();
    press('Copy');
    await vi.advanceTimersByTimeAsync(0);
    expect(JSON.parse(written[0] ?? '')).toEqual(quiet);
    expect(root.querySelector('button')?.textContent).toBe('Copied');
    get.mockReturnValue(undefined as unknown as Clipboard);
    press('Copied');
    await vi.advanceTimersByTimeAsync(0);
    expect(root.querySelector('button')?.textContent).toBe('Not allowed');
  });

  it.each(['its button', 'what it returned'])('goes away by %s, and asks nothing any more', (way) => {
    const { client, host, remove, press } = open();
    expect(host.isConnected).toBe(true);
    if (way === 'its button') press('Close');
    else remove();
    expect(host.isConnected).toBe(false);
    client.health.mockClear();
    vi.advanceTimersByTime(5_000);
    expect(client.health).not.toHaveBeenCalled();
  });

  it('takes texts as texts', () => {
    const { root } = open({ ...quiet, dropped: { '<img src=x>': 1 } });
    expect(root.querySelector('img')).toBeNull();
    expect(root.textContent).toContain('<img src=x> 1');
  });
});
