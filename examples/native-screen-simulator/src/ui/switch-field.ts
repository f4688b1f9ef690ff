import { h } from '../dom.js';

export interface SwitchField {
  readonly name: string;
  readonly label: string;
  readonly note: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** A switch with a sentence on what it does. */
export function switchField({ name, label, note, isOn, onChange }: SwitchField): HTMLElement {
  const input = h('input', {
    type: 'checkbox',
    role: 'switch',
    id: `switch-${name}`,
    checked: isOn,
    'aria-describedby': `switch-${name}-note`,
    'data-test': `switch-${name}`,
  });
  input.addEventListener('change', () => onChange(input.checked));
  return h(
    'div',
    { class: 'switch' },
    h(
      'span',
      { class: 'switch-text' },
      h('label', { for: `switch-${name}` }, label),
      h('span', { class: 'caption', id: `switch-${name}-note` }, note),
    ),
    input,
  );
}
