import { describe, expect, it, vi } from 'vitest';
import { createLine } from './line.js';
import { createRandom } from './random.js';
import { parseSettings } from './settings.js';

const lineWith = (query: string) => {
  const settings = parseSettings(new URLSearchParams(query));
  return createLine({ read: () => settings }, createRandom(7));
};

describe('a line without faults', () => {
  it('passes within the call, so that a container can answer by its return value', () => {
    const passed: string[] = [];
    const line = lineWith('');
    line.toHost(() => passed.push('to host'));
    line.toPage(() => passed.push('to page'));
    expect(passed).toEqual(['to host', 'to page']);
  });
});

describe('a line with faults', () => {
  it('goes silent towards the page alone', () => {
    const passed: string[] = [];
    const line = lineWith('dead');
    line.toHost(() => passed.push('to host'));
    line.toPage(() => passed.push('to page'));
    expect(passed).toEqual(['to host']);
  });

  it('loses one message in five', () => {
    let passed = 0;
    const line = lineWith('drops');
    for (let i = 0; i < 1_000; i++) line.toPage(() => passed++);
    expect(passed).toBeGreaterThan(760);
    expect(passed).toBeLessThan(840);
  });

  it('is 400 ms late, and brings each twice', () => {
    vi.useFakeTimers();
    let passed = 0;
    lineWith('slow&duplicates').toHost(() => passed++);
    vi.advanceTimersByTime(399);
    expect(passed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(passed).toBe(1);
    vi.advanceTimersByTime(100);
    expect(passed).toBe(2);
    vi.useRealTimers();
  });
});
