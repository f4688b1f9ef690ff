import { parseWorkspacePart } from '@tidemark/analytics/anomalies';
import type { RiskFlag, WorkspacePart } from '@tidemark/protocol';

/** The part of the workspace that a flag is about; undefined of one that is about somebody, or about all of it. */
export function workspacePartOf({ entity: { kind, id } }: Pick<RiskFlag, 'entity'>): WorkspacePart | undefined {
  return kind === 'workspace' ? parseWorkspacePart(id) : undefined;
}
