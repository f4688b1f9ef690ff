import type { VNode } from 'preact';

export interface SearchFieldProps {
  /** For who cannot see it. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly test: string;
  onInput(value: string): void;
}

/** The small field of a toolbar. */
export function SearchField({ label, placeholder, value, test, onInput }: SearchFieldProps): VNode {
  return (
    <input
      class="input input-small"
      type="search"
      placeholder={placeholder}
      aria-label={label}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
      data-test={test}
    />
  );
}
