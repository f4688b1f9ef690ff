import type { VNode } from 'preact';
import { formatAge } from '../format/age.js';

/** How long ago, and when, for who points at it. */
export function Age({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }): VNode {
  const at = new Date(atMs);
  return (
    <time class="live-age" dateTime={at.toISOString()} title={at.toLocaleString()}>
      {formatAge(nowMs - atMs)}
    </time>
  );
}
