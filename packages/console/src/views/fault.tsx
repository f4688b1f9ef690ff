import type { VNode } from 'preact';

export interface FaultProps {
  /** A sentence; empty when nothing failed. */
  readonly fault: string;
  /** What is on the page all the same; undefined for nothing. */
  readonly shown?: string | undefined;
}

/** Why the last attempt failed. */
export function Fault({ fault, shown }: FaultProps): VNode | null {
  if (fault === '') return null;
  return (
    <p class="notice" role="status" data-test="fault">
      {fault}
      {shown === undefined ? '' : ` These are the last ${shown} that came.`}
    </p>
  );
}
