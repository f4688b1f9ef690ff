// @vitest-environment happy-dom
import { type Ack, brandId } from '@tidemark/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventFields } from '../track/event-fields.js';
import type { FeatureHost, Verdict } from '../track/feature.js';
import { remoteConfig } from './remote-config.js';

const id = (last: number) => `01a00000-0000-7000-8000-00000000000${last}`;

/** The parts of a client that the feature uses. What it asks is answered by the test, by `answers` in turn. */
function startFeature(kept = new Map<string, string>(), known = true) {
  const answers: unknown[] = [];
  const emitted: EventFields[] = [];
  const seen = { asked: 0, disabled: undefined as boolean | undefined, visitorId: id(1) };
  let judge: ((type: EventFields['type'], name: string | undefined) => Verdict) | undefined;
  let acknowledge: ((ack: Ack) => void) | undefined;
  let begin: (() => void) | undefined;
  const host: Partial<FeatureHost> = {
    storage: { get: (name) => kept.get(name), set: (name, value) => void kept.set(name, value) },
    visitor: {
      id: () => brandId(seen.visitorId),
      isKnown: () => known,
      become(next) {
        if (next === 'nobody') return false;
        seen.visitorId = next;
        return true;
      },
    },
    emit: (fields) => emitted.push(fields),
    judge(rule) {
      judge = rule;
    },
    onAck(listener) {
      acknowledge = listener;
    },
    onStart(listener) {
      begin = listener;
    },
    async ask() {
      seen.asked++;
      return answers.shift();
    },
    setDisabled(disabled) {
      seen.disabled = disabled;
    },
  };
  const stop = remoteConfig()(host as FeatureHost); // as much of it as is used
  onTestFinished(stop);
  const settle = () => new Promise<void>((done) => setTimeout(done));
  return {
    seen,
    answers,
    emitted,
    kept,
    stop,
    judge: (type: EventFields['type'], name?: string) => judge?.(type, name),
    async ack(configVersion?: string) {
      acknowledge?.({ configVersion } as Ack);
      await settle();
    },
    async begin(answer?: unknown) {
      if (answer !== undefined) answers.push(answer);
      begin?.();
      await settle();
    },
    settle,
  };
}

describe('remoteConfig', () => {
  it('asks when tracking begins, and not before', async () => {
    const { seen, begin, settle } = startFeature();
    await settle();
    expect(seen.asked).toBe(0);
    await begin({ version: 'a', enabled: true, sampling: {} });
    expect(seen).toMatchObject({ asked: 1, disabled: false });
  });

  it('asks again when an ack names a version that it does not know, once at a time', async () => {
    const { seen, answers, ack, begin } = startFeature();
    await begin({ version: 'a', enabled: true, sampling: {} });
    await ack('a');
    await ack(undefined); // a collector of an earlier time
    expect(seen.asked).toBe(1);
    answers.push({ version: 'b', enabled: false, sampling: {} });
    await Promise.all([ack('b'), ack('b')]);
    expect(seen).toMatchObject({ asked: 2, disabled: true });
    await ack('b');
    expect(seen.asked).toBe(2);
  });

  it('keeps events by the rates it was told, of all events before that', async () => {
    const { begin, judge } = startFeature();
    expect(judge('click')).toBe(1);
    await begin({ version: 'a', enabled: true, sampling: { click: 0, scroll: 1, shout: 0 } });
    expect([judge('click'), judge('scroll'), judge('custom', 'shout'), judge('custom', 'constructor')]).toEqual([
      'sampled',
      1,
      'sampled',
      1,
    ]);
    expect(judge('order')).toBe(1);
  });

  it('gives what it keeps its weight, and keeps of the rate as many visitors', async () => {
    const { begin, judge, seen } = startFeature();
    await begin({ version: 'a', enabled: true, sampling: { click: 0.25 } });
    const verdicts = Array.from({ length: 2_000 }, (_, index) => {
      seen.visitorId = `01a00000-0000-7000-8000-${String(index).padStart(12, '0')}`; // another visitor, another judgement
      return judge('click');
    });
    const keptOnes = verdicts.filter((verdict) => verdict === 4);
    expect(verdicts.filter((verdict) => verdict === 'sampled')).toHaveLength(2_000 - keptOnes.length);
    expect(keptOnes.length / 2_000).toBeGreaterThan(0.2);
    expect(keptOnes.length / 2_000).toBeLessThan(0.3);
  });

  it('holds from the start of the next page what it read last', async () => {
    const first = startFeature();
    await first.begin({ version: 'a', enabled: false, sampling: { click: 0 }, visitorId: id(1) });
    expect(JSON.parse(first.kept.get('config') ?? '')).toEqual({
      version: 'a',
      enabled: false,
      sampling: { click: 0 },
    });
    const next = startFeature(first.kept);
    expect(next.seen.disabled).toBe(true);
    expect(next.judge('click')).toBe('sampled');
    await next.begin({ version: 'b', enabled: true, sampling: {} });
    expect(next.seen.disabled).toBe(false);
    expect(next.judge('click')).toBe(1);
  });

  it('asks a page that is switched off and shown again whether that has ended', async () => {
    const { seen, answers, begin, settle } = startFeature();
    await begin({ version: 'a', enabled: true, sampling: {} });
    dispatchEvent(new Event('pageshow'));
    await settle();
    expect(seen.asked).toBe(1);
    await begin({ version: 'b', enabled: false, sampling: {} });
    answers.push({ version: 'c', enabled: true, sampling: {} });
    dispatchEvent(new Event('pageshow'));
    await settle();
    expect(seen).toMatchObject({ asked: 3, disabled: false });
  });

  it.each([
    ['no answer', undefined],
    ['null', null],
    ['a page of a captive portal', '<html>'],
    ['an object of somebody else', { enabled: 'yes' }],
  ])('goes on as before on %s', async (_, answer) => {
    const { seen, answers, begin, judge, ack } = startFeature();
    await begin({ version: 'a', enabled: true, sampling: { click: 0 } });
    answers.push(answer);
    await ack('b');
    expect(seen).toMatchObject({ asked: 2, disabled: false });
    expect(judge('click')).toBe('sampled');
    answers.push({ version: 'b', enabled: true, sampling: {} });
    await ack('b'); // and asks again
    expect(judge('click')).toBe(1);
  });

  it.each(['{', 'null', '7', '"x"'])('begins without a configuration when the storage holds %s', (text) => {
    const { seen, judge } = startFeature(new Map([['config', text]]));
    expect(seen.disabled).toBeUndefined();
    expect(judge('click')).toBe(1);
  });

  it('takes the visitor back that the cookie remembers where the browser forgot who it was, and says so', async () => {
    const { seen, emitted, begin } = startFeature(undefined, false);
    await begin({ version: 'a', enabled: true, sampling: {}, visitorId: id(2) });
    expect(seen.visitorId).toBe(id(2));
    expect(emitted).toEqual([{ type: 'alias', previousVisitorId: id(1) }]);
    await begin({ version: 'a', enabled: true, sampling: {}, visitorId: id(2) });
    expect(emitted).toHaveLength(1);
  });

  it.each([
    ['the browser knows who it is', true, id(2)],
    ['the cookie says the same', false, id(1)],
    ['what the cookie says is no id', false, 'nobody'],
    ['there is no cookie', false, undefined],
  ])('stays who it is where %s', async (_, known, visitorId) => {
    const { seen, emitted, begin } = startFeature(undefined, known);
    await begin({ version: 'a', enabled: true, sampling: {}, visitorId });
    expect(seen.visitorId).toBe(id(1));
    expect(emitted).toEqual([]);
  });

  it('obeys nobody any more once it is stopped', async () => {
    const { seen, answers, begin, ack, stop } = startFeature();
    answers.push({ version: 'a', enabled: false, sampling: {} });
    const asking = begin();
    stop();
    await asking;
    await ack('b');
    dispatchEvent(new Event('pageshow'));
    expect(seen).toMatchObject({ asked: 1, disabled: undefined });
  });
});
