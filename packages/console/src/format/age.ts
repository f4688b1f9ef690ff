/** How long ago: `now`, `4s`, `2m`, `3h`, `2d`. An age below zero is two clocks that disagree, and reads `now`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** The same within a sentence: `just now`, `4s ago`. */
export function formatAgo(ageMs: number): string {
  const age = formatAge(ageMs);
  return age === 'now' ? 'just now' : `${age} ago`;
}
