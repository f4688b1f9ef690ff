import { h } from '../dom.js';
import type { Journey, Step } from '../journey.js';

const STATES: Readonly<Record<Step['state'], string>> = { held: 'held', sent: 'sent', http: 'sent by the page' };

/** The session so far, screens and pages in one order. */
export function createJourneyList(journey: Journey): HTMLElement {
  const list = h('ol', { class: 'journey', tabindex: 0, 'aria-label': 'Events', 'data-test': 'journey' });
  const elsewhere = h('p', { class: 'caption' });
  let isDrawn = true;

  function draw(): void {
    isDrawn = true;
    const steps = journey.steps();
    // What a page sent before it knew of the app lies in a session of its own.
    const session = steps.filter(({ surface }) => surface === 'native').at(-1)?.sessionId;
    const shown = steps.filter(({ sessionId }) => sessionId === session);
    list.replaceChildren(...shown.reverse().map(lineOf));
    const others = steps.length - shown.length;
    elsewhere.textContent = others > 0 ? `${others} more in other sessions.` : '';
  }
  journey.onChange(() => {
    if (isDrawn) requestAnimationFrame(draw);
    isDrawn = false;
  });
  draw();
  return h(
    'section',
    { class: 'panel-part', 'aria-label': 'Journey' },
    h('h2', {}, 'The session so far'),
    h('p', { class: 'caption' }, 'Latest first, by the logical clock that app and pages share.'),
    list,
    elsewhere,
  );
}

function lineOf({ surface, type, page, detail, at, state }: Step): HTMLElement {
  const [ms, count] = at;
  const time = new Date(ms).toLocaleTimeString('en-GB', { hour12: false });
  return h(
    'li',
    { class: 'step', 'data-surface': surface, 'data-state': state, 'data-type': type },
    h('span', { class: 'step-surface' }, surface === 'native' ? 'app' : 'page'),
    h('span', { class: 'step-what' }, h('strong', {}, type), h('span', {}, [page, detail].filter(Boolean).join(' · '))),
    h(
      'span',
      { class: 'step-when' },
      h('span', {}, `${time}.${String(ms % 1_000).padStart(3, '0')}${count > 0 ? ` +${count}` : ''}`),
      h('span', { class: 'step-state' }, STATES[state]),
    ),
  );
}
