import type { VNode } from 'preact';

export interface SegmentedOption<V extends string> {
  readonly value: V;
  readonly label: string;
  /** For narrow screens; the label when absent. */
  readonly shortLabel?: string;
}

export interface SegmentedProps<V extends string> {
  /** Of the group, for those who do not see it. */
  readonly legend: string;
  readonly name: string;
  readonly options: readonly SegmentedOption<V>[];
  readonly value: V;
  onChoose(value: V): void;
}

/** One of a few, side by side. Radio buttons underneath, so that arrow keys and screen readers need no help. */
export function Segmented<V extends string>({ legend, name, options, value, onChoose }: SegmentedProps<V>): VNode {
  return (
    <fieldset class="segmented" data-test={name}>
      <legend class="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class="segment">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span class="segment-long">{option.label}</span>
          <span class="segment-short" aria-hidden="true">
            {option.shortLabel ?? option.label}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
