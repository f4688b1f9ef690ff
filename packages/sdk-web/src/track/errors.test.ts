// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { type ErrorsOptions, errors } from './errors.js';

function startErrors(options?: ErrorsOptions) {
  const started = startFeature(errors(options));
  onTestFinished(started.stop);
  return started;
}

function raise(fields: Partial<ErrorEvent>): void {
  window.dispatchEvent(Object.assign(new Event('error'), { filename: '', lineno: 0, error: null }, fields));
}

function reject(reason: unknown): void {
  window.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason }));
}

function errorWith(stack: string): Error {
  return Object.assign(new TypeError('boom'), { stack });
}

describe('errors', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  it('tells of an error with its source and its stack, without queries', () => {
    const { events } = startErrors();
    const stack = [
      'TypeError: boom?',
      '    at f (https://a.example/p?token=1:2:30:4)',
      '    at https://a.example/app.js?v=2:10:5',
      '    at eval (eval at g (https://a.example/?t=(1:1:6), <anonymous>:1:1)',
      'h@https://a.example/x.js?y#z:1:2',
    ].join('\n');
    raise({ message: 'Uncaught TypeError: boom', filename: 'https://a.example/p?token=1#x', error: errorWith(stack) });
    expect(events).toEqual([
      {
        type: 'error',
        message: 'Uncaught TypeError: boom',
        source: 'https://a.example/p',
        stack: [
          'TypeError: boom?',
          '    at f (https://a.example/p:30:4)',
          '    at https://a.example/app.js:10:5',
          '    at eval (eval at g (https://a.example/:1:6), <anonymous>:1:1)',
          'h@https://a.example/x.js:1:2',
        ].join('\n'),
      },
    ]);
  });

  it('keeps an error of another origin as the browser tells it', () => {
    const { events } = startErrors();
    raise({ message: 'Script error.' });
    expect(events).toEqual([{ type: 'error', message: 'Script error.' }]);
  });

  it.each([
    ['Uncaught GET https://api/u?token=SECRET failed', 'Uncaught GET https://api/u failed'],
    ['at https://x/cb#access_token=SECRET:2:3', 'at https://x/cb:2:3'],
    ['(https://x/cb?a=(b)SECRET#SECRET:2:3) or "https://x/?SECRET".', '(https://x/cb:2:3) or "https://x/".'],
    ['from https://ann:SECRET@x/p, wss://x?SECRET', 'from https://x/p, wss://x'],
    ['at Foo.#secret (https://x/a.js:1:2)\n#load@https://x/a.js:3:4', undefined],
    ['what? is # 1 ://', undefined],
  ])('cuts addresses within %s, and nothing else', (text, left = text) => {
    const { events } = startErrors();
    raise({ message: text, error: errorWith(text) });
    reject(errorWith(text));
    expect(events).toEqual([
      { type: 'error', message: left, stack: left },
      { type: 'error', message: 'TypeError: boom', stack: left },
    ]);
  });

  it.each(['://', '://a@', '://?', ':1', '://?:1', '://?)', '"', '@'])('does not dwell on a flood of %s', (part) => {
    const { events } = startErrors();
    const began = performance.now();
    for (const head of ['', 'https://x', 'https://x?']) raise({ message: `${head}${part.repeat(100_000)} x` });
    expect(performance.now() - began).toBeLessThan(500);
    expect(events).toHaveLength(3);
  });

  it('tells of an error event that says nothing as the collector takes it', () => {
    const { events } = startErrors();
    window.dispatchEvent(new Event('error'));
    raise({ message: { odd: 1 } as unknown as string });
    expect(events).toEqual([
      { type: 'error', message: '' },
      { type: 'error', message: '[object Object]' },
    ]);
  });

  it('tells of a source only what tells nothing of a person', () => {
    const { events } = startErrors();
    raise({ message: 'a', filename: 'data:text/javascript,SECRET' });
    raise({ message: 'b', filename: 'https://ann:SECRET@x.example/a.js?SECRET' });
    raise({ message: 'c', filename: 'capacitor://localhost/a.js#SECRET' });
    expect(events.map((event) => event.type === 'error' && event.source)).toEqual([
      'data:',
      'https://x.example/a.js',
      'capacitor://localhost/a.js',
    ]);
  });

  it.each([
    [errorWith('at f'), { message: 'TypeError: boom', stack: 'at f' }],
    ['text', { message: 'text' }],
    [{ code: 401, message: 'not signed in' }, { message: 'not signed in' }],
    [undefined, { message: 'undefined' }],
    [{ stack: 7 }, { message: '[object Object]' }],
  ])('tells of the rejection %o', (reason, fields) => {
    const { dropped, events } = startErrors();
    reject(reason);
    expect(events).toEqual([{ type: 'error', ...fields }]);
    expect(dropped).toEqual({});
  });

  it('tells the same error once a minute and counts the others', () => {
    const { dropped, events } = startErrors();
    const boom = { message: 'boom', filename: '/a.js', lineno: 1 };
    for (let i = 0; i < 5; i++) raise(boom);
    raise({ ...boom, lineno: 2 });
    raise({ ...boom, filename: '/b.js' });
    expect(events).toHaveLength(3);
    expect(dropped).toEqual({ error_rate: 4 });
    vi.advanceTimersByTime(60_000);
    raise(boom);
    expect(events).toHaveLength(4);
  });

  it('tells rejections apart by where they came from', () => {
    const { dropped, events } = startErrors();
    for (const stack of ['at f', 'at g', 'at f']) reject(errorWith(stack));
    expect(events).toHaveLength(2);
    expect(dropped).toEqual({ error_rate: 1 });
  });

  it('tells no more than its limit in a minute, and counts every one past it', () => {
    const { dropped, events } = startErrors({ perMinute: 3 });
    for (let i = 0; i < 1_000; i++) raise({ message: `boom ${i}` });
    expect(events).toHaveLength(3);
    expect(dropped).toEqual({ error_rate: 997 });
  });

  it('tells of what did not load only when asked', () => {
    document.body.innerHTML = [
      '<img src="/a.png?user=7">',
      '<link href="/b.css">',
      '<img src=" data:image/png;base64,SECRET">',
      '<audio src="//ann:SECRET@x.example/c.ogg#SECRET"></audio>',
      '<video></video>',
    ].join('');
    const fail = () => {
      for (const element of document.body.children) element.dispatchEvent(new Event('error'));
    };
    const { events } = startErrors();
    fail();
    expect(events).toEqual([]);
    const asked = startErrors({ resources: true });
    fail();
    expect(asked.events).toEqual([
      { type: 'error', message: 'img did not load', source: `${location.origin}/a.png` },
      { type: 'error', message: 'link did not load', source: `${location.origin}/b.css` },
      { type: 'error', message: 'img did not load', source: 'data:' },
      { type: 'error', message: 'audio did not load', source: 'http://x.example/c.ogg' },
      { type: 'error', message: 'video did not load' },
    ]);
  });

  it('throws nothing itself, whatever was thrown', () => {
    const { dropped, events } = startErrors();
    const onError = vi.fn();
    window.addEventListener('error', onError);
    const trap = {
      get message(): string {
        throw new Error('gotcha');
      },
    };
    reject(trap);
    reject(Object.create(null));
    expect(onError).not.toHaveBeenCalled();
    expect(events).toEqual([]);
    expect(dropped).toEqual({ internal_error: 2 });
  });

  it('hears nothing after the stop', () => {
    const { events, stop } = startErrors();
    stop();
    raise({ message: 'boom' });
    reject('boom');
    expect(events).toEqual([]);
  });
});
