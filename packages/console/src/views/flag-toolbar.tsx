import { FLAG_SEVERITIES, type FlagSeverity } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { wordsOfName } from '../format/flag.js';
import type { FlagChoice, FlagGroup } from '../state/filter-flags.js';
import { SearchField } from './search-field.js';
import { Segmented, type SegmentedOption } from './segmented.js';

const GROUPS: readonly SegmentedOption<FlagGroup>[] = [
  { value: 'open', label: 'Open' },
  { value: 'judged', label: 'Judged' },
  { value: 'all', label: 'All' },
];

export interface FlagToolbarProps {
  readonly choice: FlagChoice;
  readonly count: string;
  onChoose(choice: FlagChoice): void;
}

export function FlagToolbar({ choice, count, onChoose }: FlagToolbarProps): VNode {
  return (
    <div class="toolbar flag-toolbar">
      <h2>Flags</h2>
      <span class="count" data-test="flag-count">
        {count}
      </span>
      <span class="spring" />
      <Segmented
        legend="Which flags"
        name="flag-group"
        options={GROUPS}
        value={choice.group}
        onChoose={(group) => onChoose({ ...choice, group })}
      />
      <span class="select">
        <select
          aria-label="Severity"
          value={choice.severity}
          onChange={(event) => onChoose({ ...choice, severity: severityOf(event.currentTarget.value) })}
          data-test="flag-severity"
        >
          <option value="all">Any severity</option>
          {[...FLAG_SEVERITIES].reverse().map((severity) => (
            <option key={severity} value={severity}>
              {wordsOfName(severity)}
            </option>
          ))}
        </select>
      </span>
      <SearchField
        label="Filter flags"
        placeholder="Kind, id or reason"
        value={choice.text}
        test="flag-filter"
        onInput={(text) => onChoose({ ...choice, text })}
      />
    </div>
  );
}

function severityOf(value: string): FlagSeverity | 'all' {
  return FLAG_SEVERITIES.find((severity) => severity === value) ?? 'all';
}
