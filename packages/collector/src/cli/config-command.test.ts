import { describe, expect, it } from 'vitest';
import { describeConfig, parseSample } from './config-command.js';

describe('parseSample', () => {
  it.each([
    ['click=0.1', ['click', 0.1]],
    ['scroll=0', ['scroll', 0]],
    ['scroll=1', ['scroll', 1]],
    ['scroll=1.0', ['scroll', 1]],
    ['a=b=.5', ['a=b', 0.5]],
    ['名 字=0.25', ['名 字', 0.25]],
    ['__proto__=0', ['__proto__', 0]],
  ])('reads %s', (text, rate) => {
    expect(parseSample(text)).toEqual([rate]);
  });

  it('keeps those that were given before', () => {
    expect(parseSample('b=0', parseSample('a=1'))).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
  });

  it.each(['click', 'click=', '=0.5', 'click=10%', 'click=1.5', 'click=-0.1', 'click=1e-1', 'click=NaN', ''])(
    'refuses %j',
    (text) => {
      expect(() => parseSample(text)).toThrow('name=rate');
    },
  );
});

describe('describeConfig', () => {
  it('says in three lines what pages are told', () => {
    expect(describeConfig({ version: 'abc', enabled: false, sampling: { click: 0.1, scroll: 0 } })).toMatch(
      /^tracking {2}disabled.*\nsampling {2}click=0.1, scroll=0\nversion {3}abc\n$/,
    );
    expect(describeConfig({ version: 'abc', enabled: true, sampling: {} })).toMatch(
      /^tracking {2}enabled\nsampling {2}none.*\n/,
    );
  });

  it('gives a terminal no escape sequence', () => {
    const text = describeConfig({ version: 'abc', enabled: true, sampling: { 'a\u001b[2Jb': 0.5 } });
    expect(text).not.toContain('\u001b');
  });
});
