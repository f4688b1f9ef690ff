import type { FlagFilter, RiskFlag } from '@tidemark/protocol';

/** Whether a flag is wanted; the store's own page says the same. */
export function isWanted({ kind, severity, status, surface, entity }: FlagFilter, flag: RiskFlag): boolean {
  return (
    (kind?.includes(flag.kind) ?? true) &&
    (severity?.includes(flag.severity) ?? true) &&
    (status?.includes(flag.status) ?? true) &&
    (surface?.includes(flag.surface) ?? true) &&
    (entity === undefined || entity === flag.entity.id || entity === `${flag.entity.kind}:${flag.entity.id}`)
  );
}
