import { h } from '../dom.js';

export interface Segment<Key extends string> {
  readonly key: Key;
  readonly label: string;
}

/** A row of choices of which one is on; used for the term filter and the chart range. */
export function segments<Key extends string>(
  name: string,
  label: string,
  choices: readonly Segment<Key>[],
  chosen: Key,
  onChoose: (key: Key) => void,
): HTMLElement {
  const buttons = choices.map(({ key, label: text }) =>
    h(
      'button',
      {
        type: 'button',
        class: 'segment',
        'aria-pressed': String(key === chosen),
        'data-test': `${name}-${key}`,
        onclick: () => choose(key),
      },
      text,
    ),
  );
  function choose(key: Key): void {
    choices.forEach((choice, index) => {
      buttons[index]?.setAttribute('aria-pressed', String(choice.key === key));
    });
    onChoose(key);
  }
  return h('div', { class: 'segments', role: 'group', 'aria-label': label }, ...buttons);
}
