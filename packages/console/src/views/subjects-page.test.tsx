// @vitest-environment happy-dom
import type { FeatureCatalog, FeatureReading, FeaturesAnswer } from '@tidemark/protocol';
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import { createStore } from '../state/store.js';
import type { SubjectBoard, SubjectBoardState } from '../state/subject-board.js';
import { SubjectsPage } from './subjects-page.js';

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const text = (name: string) => all(`[data-test=${name}]`)[0]?.textContent ?? '';

const entry = {
  kinds: ['user', 'visitor'],
  windowMs: 86_400_000,
  source: 'by convention',
  freshness: 'store',
} as const;
const CATALOG: FeatureCatalog = {
  groups: [
    {
      title: 'Activity',
      features: [{ ...entry, name: 'events_24h', unit: 'count', definition: 'Events.' }],
    },
    {
      title: 'Timing',
      features: [
        { ...entry, name: 'burstiness', unit: 'ratio', definition: 'How bursty.' },
        { ...entry, name: 'memory', unit: 'ratio', definition: 'How like the last.', kinds: ['visitor'] },
      ],
    },
  ],
};
const reading: FeatureReading = {
  ...{ name: 'events_24h', value: 1_234, reason: null, unit: 'count', computedIn: 'memory', inputs: [] },
  ...{ after: 0, freshness: 'velocity' },
};
const ANSWER: FeaturesAnswer = {
  ...{ subject: 'u1', asOf: 1, utcOffsetMinutes: 480 },
  kinds: [
    {
      kind: 'user',
      features: [
        reading,
        { ...reading, name: 'burstiness', value: null, reason: 'too_few_events', computedIn: 'store' },
      ],
    },
  ],
};

function show(more: Partial<SubjectBoardState> = {}) {
  const asked: unknown[][] = [];
  const board: SubjectBoard = {
    state: createStore<SubjectBoardState>({
      ...{ catalog: CATALOG, answer: undefined, isAsking: false, fault: '', ...more },
    }),
    open: async () => {},
    ask: async (...whom) => void asked.push(whom),
    close: () => {},
  };
  render(<SubjectsPage board={board} />, document.body);
  return asked;
}

function enter(selector: string, value: string, event: string) {
  const field = document.querySelector<HTMLInputElement>(selector);
  if (field === null) throw new Error(`no ${selector}`);
  field.value = value;
  field.dispatchEvent(new Event(event, { bubbles: true }));
}

afterEach(() => {
  render(null, document.body);
});

describe('SubjectsPage', () => {
  it('says what can be known of whom before somebody is asked for', () => {
    show();
    expect(all('[data-test=feature]').map((row) => row.dataset.feature)).toEqual([
      'events_24h',
      'burstiness',
      'memory',
    ]);
    expect(all('[data-test=feature]')[0]?.textContent).toContain('user, visitor');
    render(null, document.body);
    show({ catalog: undefined });
    expect(text('empty')).toContain('Loading');
  });

  it('asks for an id of one kind or of any, and not for nobody', async () => {
    const asked = show();
    const button = () => document.querySelector<HTMLButtonElement>('[data-test=subject-ask]');
    expect(button()?.disabled).toBe(true);
    enter('[data-test=subject-id]', ' u1 ', 'input');
    await expect.poll(() => button()?.disabled).toBe(false);
    button()?.click();
    await expect.poll(() => asked).toEqual([['u1', undefined]]);
    enter('[data-test=subject-kind]', 'user', 'change');
    const askAgain = () => {
      button()?.click(); // once the page has drawn what was chosen
      return asked.at(-1);
    };
    await expect.poll(askAgain).toEqual(['u1', 'user']);
  });

  it('shows the features that the kind has, each with its value or why there is none, and who reckoned it', () => {
    show({ answer: ANSWER });
    expect(text('subject')).toContain('user u1');
    expect(all('[data-test=feature]').map((row) => row.dataset.feature)).toEqual(['events_24h', 'burstiness']);
    const [events, burstiness] = all('[data-test=feature]');
    for (const words of ['1,234', '24 hours', 'Events.', 'from memory']) expect(events?.textContent).toContain(words);
    expect(burstiness?.textContent).toContain('too few events');
    expect(burstiness?.textContent).not.toContain('from memory');
  });

  it('says why nothing came', () => {
    show({ fault: 'No event is about it.' });
    expect(text('fault')).toBe('No event is about it.');
  });
});
