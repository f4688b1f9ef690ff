import type { VNode } from 'preact';
import type { Choice, PageView, SurfaceChoice, TimeRange } from '../state/choice.js';
import type { Status } from '../state/status.js';
import { Logo } from './logo.js';
import { Segmented, type SegmentedOption } from './segmented.js';
import { StatusBadge } from './status-badge.js';

const VIEWS: readonly SegmentedOption<PageView>[] = [
  { value: 'activity', label: 'Activity' },
  { value: 'surfaces', label: 'Surfaces' },
  { value: 'risk', label: 'Risk' },
  { value: 'orders', label: 'Orders' },
  { value: 'subjects', label: 'Subjects' },
];

const RANGES: readonly SegmentedOption<TimeRange>[] = [
  { value: 'hour', label: 'Last hour', shortLabel: '1 h' },
  { value: 'today', label: 'Today' },
  { value: '7d', label: '7 days', shortLabel: '7 d' },
  { value: '30d', label: '30 days', shortLabel: '30 d' },
  { value: 'all', label: 'All' },
];

const SURFACES: readonly SegmentedOption<SurfaceChoice>[] = [
  { value: 'all', label: 'All' },
  { value: 'h5', label: 'H5' },
  { value: 'native', label: 'Native' },
];

/** Views that show both surfaces, or are of neither. */
const WITHOUT_SURFACE: readonly PageView[] = ['surfaces', 'orders', 'subjects'];

export interface HeaderProps {
  readonly status: Status;
  readonly choice: Choice;
  onChoose(choice: Choice): void;
  onSignOut(): void;
}

export function Header({ status, choice, onChoose, onSignOut }: HeaderProps): VNode {
  return (
    <header class="header">
      <div class="brand">
        <Logo />
        <h1>Tidemark</h1>
        <StatusBadge status={status} />
      </div>
      <Segmented
        legend="What to look at"
        name="view"
        options={VIEWS}
        value={choice.view}
        onChoose={(view) => onChoose({ ...choice, view })}
      />
      <div class="controls">
        {choice.view === 'subjects' ? null : (
          <Segmented
            legend="Time range"
            name="range"
            options={RANGES}
            value={choice.range}
            onChoose={(range) => onChoose({ ...choice, range })}
          />
        )}
        {WITHOUT_SURFACE.includes(choice.view) ? null : (
          <Segmented
            legend="Surface"
            name="surface"
            options={SURFACES}
            value={choice.surface}
            onChoose={(surface) => onChoose({ ...choice, surface })}
          />
        )}
      </div>
      <button type="button" class="button button-quiet sign-out" onClick={onSignOut} data-test="sign-out">
        Sign out
      </button>
    </header>
  );
}
