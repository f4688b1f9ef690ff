import { parseWorkspacePart } from '@tidemark/analytics/anomalies';
import type { RiskFlag, WorkspacePart } from '@tidemark/protocol';

/** The part of the workspace that a flag is about; undefined of one that is about somebody, or, as a roll-up, about all of it. */
export function workspacePartOf({
  entity: { kind, id },
  rolledUp,
}: Pick<RiskFlag, 'entity' | 'rolledUp'>): WorkspacePart | undefined {
  return kind === 'workspace' && rolledUp === 0 ? parseWorkspacePart(id) : undefined;
}
