import type { VNode } from 'preact';

/** Two tide lines in a rounded square; the same drawing as the favicon. */
export function Logo(): VNode {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      <path class="logo-line" d="M5 16.5c3.7 0 3.7-7 7.3-7s3.7 7 7.4 7 3.6-7 7.3-7" />
      <path class="logo-line logo-line-low" d="M5 23c3.7 0 3.7-4.5 7.3-4.5s3.7 4.5 7.4 4.5 3.6-4.5 7.3-4.5" />
    </svg>
  );
}
