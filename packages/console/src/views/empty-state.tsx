import type { ComponentChildren, VNode } from 'preact';

export interface EmptyStateProps {
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** Nothing to show, and what to do about it. */
export function EmptyState({ title, children }: EmptyStateProps): VNode {
  return (
    <div class="empty" data-test="empty">
      <svg class="empty-drawing" viewBox="0 0 64 24" width="64" height="24" aria-hidden="true">
        <path d="M2 14c7.5 0 7.5-9 15-9s7.5 9 15 9 7.5-9 15-9 7.5 9 15 9" />
        <path d="M2 21c7.5 0 7.5-5 15-5s7.5 5 15 5 7.5-5 15-5 7.5 5 15 5" />
      </svg>
      <p class="empty-title">{title}</p>
      {children === undefined ? null : <p class="empty-hint">{children}</p>}
    </div>
  );
}
