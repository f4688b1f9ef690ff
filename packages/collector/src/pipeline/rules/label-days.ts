import type { RiskFlag } from '@tidemark/protocol';

const DAY_MS = 86_400_000;

/** By entity and day; one true flag makes a day a true one. */
export function labelsOf(judged: readonly RiskFlag[]): ReadonlyMap<string, 'true' | 'false'> {
  const labels = new Map<string, 'true' | 'false'>();
  for (const { entity, status, firstAt, lastAt } of judged) {
    for (
      let day = Math.floor(Math.max(firstAt, lastAt - 30 * DAY_MS) / DAY_MS);
      day <= Math.floor(lastAt / DAY_MS);
      day++
    ) {
      const key = `${entity.id}\n${day}`;
      if (status === 'resolved') labels.set(key, 'true');
      else if (status === 'false_positive' && !labels.has(key)) labels.set(key, 'false');
    }
  }
  return labels;
}
