import { h } from '../dom.js';
import { icon } from './icons.js';

export interface QuickPick {
  readonly label: string;
  readonly shares: number;
}

export interface SharesStepperOptions {
  readonly initial: number;
  readonly step: number;
  readonly min: number;
  readonly max: number;
  readonly quickPicks?: readonly QuickPick[];
  onChange(shares: number): void;
}

export interface SharesStepper {
  readonly element: HTMLElement;
  /** NaN while the field does not hold a number. */
  shares(): number;
}

/** Minus, a number field, plus, and shortcuts below. Typing is free; the form that owns it judges the number. */
export function createSharesStepper(options: SharesStepperOptions): SharesStepper {
  const { step, min, max, quickPicks = [] } = options;
  const field = h('input', {
    class: 'stepper-field',
    id: 'shares',
    'data-test': 'shares',
    type: 'number',
    inputmode: 'numeric',
    autocomplete: 'off',
    min,
    max,
    step,
    value: options.initial,
    oninput: () => options.onChange(shares()),
  });
  function shares(): number {
    return field.value.trim() === '' ? Number.NaN : Number(field.value);
  }
  function set(next: number): void {
    field.value = String(next);
    options.onChange(next);
  }
  function move(direction: 1 | -1): void {
    const from = Number.isFinite(shares()) ? shares() : min;
    set(Math.max(min, Math.min(max, from + direction * step)));
  }
  const element = h(
    'div',
    { class: 'stepper-group' },
    h(
      'div',
      { class: 'stepper' },
      stepButton('shares-minus', 'Fewer shares', icon('minus'), () => move(-1)),
      field,
      stepButton('shares-plus', 'More shares', icon('plus'), () => move(1)),
    ),
    quickPicks.length > 0 &&
      h(
        'div',
        { class: 'quick-picks' },
        ...quickPicks.map((pick, index) =>
          h(
            'button',
            { type: 'button', class: 'chip', 'data-test': `quick-${index + 1}`, onclick: () => set(pick.shares) },
            pick.label,
          ),
        ),
      ),
  );
  return { element, shares };
}

function stepButton(test: string, label: string, symbol: SVGElement, onclick: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, 'data-test': test, onclick }, symbol);
}
