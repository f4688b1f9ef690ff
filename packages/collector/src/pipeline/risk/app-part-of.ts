import { parseAppPart } from '@tidemark/analytics/anomalies';
import type { AppPart, RiskFlag } from '@tidemark/protocol';

/** The part of the app that a flag is about; undefined of one that is about somebody, or about a model. */
export function appPartOf({ entity: { kind, id } }: Pick<RiskFlag, 'entity'>): AppPart | undefined {
  return kind === 'workspace' ? parseAppPart(id) : undefined;
}
