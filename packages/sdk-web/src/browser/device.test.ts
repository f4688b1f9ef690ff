// @vitest-environment happy-dom
import { batchContextSchema } from '@tidemark/protocol/schema';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readDevice } from './device.js';

/** As the collector sees it; a device that it refuses costs all events of the batch. */
const sent = (json = JSON.stringify(readDevice())) => batchContextSchema.shape.device.parse(JSON.parse(json));

describe('readDevice', () => {
  beforeEach(() => {
    vi.spyOn(navigator, 'webdriver', 'get').mockReturnValue(false);
    return () => {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  it('tells what the browser tells', () => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('zh-CN');
    vi.stubGlobal('screen', { width: 412.5, height: 915 });
    Object.defineProperty(navigator, 'connection', { configurable: true, value: { effectiveType: '4g' } });
    try {
      expect(sent()).toEqual({
        screenWidth: 413,
        screenHeight: 915,
        locale: 'zh-CN',
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        networkType: '4g',
      });
    } finally {
      Reflect.deleteProperty(navigator, 'connection');
    }
  });

  it.each([
    ['does not tell', '', { width: undefined, height: undefined }],
    ['cannot mean', '', { width: -1, height: 65_536 }],
    ['has no number for', '', { width: Number.NaN, height: Number.POSITIVE_INFINITY }],
  ])('leaves out what the browser %s', (_, language, size) => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue(language);
    vi.stubGlobal('screen', size);
    expect(Object.keys(sent() ?? {})).toEqual(['timeZone']);
  });

  it.each([
    [true, { webdriver: true }],
    [false, {}],
    [undefined, {}],
  ])('tells that a program drives the browser where it says %s', (webdriver, told) => {
    vi.spyOn(navigator, 'webdriver', 'get').mockReturnValue(webdriver as boolean); // older ones do not know it
    const { webdriver: _, ...rest } = sent() ?? {};
    expect(sent()).toEqual({ ...rest, ...told });
  });

  it('asks the formats for the time zone where nothing else tells it', () => {
    vi.stubGlobal('Temporal', { Now: { timeZoneId: () => 'Asia/Shanghai' } });
    expect(sent()?.timeZone).toBe('Asia/Shanghai');
    for (const other of [undefined, {}, { Now: {} }]) {
      vi.stubGlobal('Temporal', other);
      expect(sent()?.timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    }
  });

  it('cuts a name that is longer than the collector takes', () => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('x'.repeat(999));
    expect(sent()?.locale).toHaveLength(128);
  });

  it('stays what it is when the page gives all objects a JSON of their own', () => {
    Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, value: () => 'mad' });
    let json: string;
    try {
      json = JSON.stringify(readDevice());
    } finally {
      Reflect.deleteProperty(Object.prototype, 'toJSON');
    }
    expect(sent(json)).toHaveProperty('timeZone');
  });
});
