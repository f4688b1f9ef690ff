import type { VNode } from 'preact';
import type { Status } from '../state/status.js';

/** How things are, in one word and a colour; a change is read aloud when the reader has a moment. */
export function StatusBadge({ status }: { readonly status: Status }): VNode {
  return (
    <div
      class="status"
      role="status"
      aria-live="polite"
      data-test="status"
      data-state={status.state}
      title={status.detail}
    >
      <span class="status-dot" aria-hidden="true" />
      {status.label}
    </div>
  );
}
