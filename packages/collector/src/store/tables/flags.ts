import type { RiskFlag } from '@tidemark/protocol';
import type { RowBinaryWriter } from '../row-binary.js';
import type { Column } from './column.js';

/** A flag of a workspace, as its latest change left it. */
export interface FlagRow {
  readonly workspaceId: string;
  readonly flag: RiskFlag;
}

const INSTANT = "DateTime64(3, 'UTC')";
const WORD = 'LowCardinality(String)';

export const FLAG_COLUMNS: readonly Column<FlagRow>[] = [
  text('workspace_id', 'String', 'The workspace.', (r) => r.workspaceId),
  uuid('flag_id', 'Made from workspace, kind, entity and window: the same input, the same id.', (r) => r.flag.flagId),
  uuid('collector_id', 'The collector that raised it; each counts what it accepted.', (r) => r.flag.collectorId),
  text(
    'kind',
    WORD,
    'What was found: `velocity`, `sale_rush`...; `rolled_up` stands for small ones.',
    (r) => r.flag.kind,
  ),
  text('severity', WORD, '`info`, `low`, `medium` or `high`.', (r) => r.flag.severity),
  text('entity_kind', WORD, '`user`, `device`, `address`, `product` or `workspace`.', (r) => r.flag.entity.kind),
  text(
    'subject_id',
    'String',
    'Id of the entity: of a user, a visitor, a cut network or a product.',
    (r) => r.flag.entity.id,
  ),
  text(
    'surface',
    WORD,
    'Where the event happened that raised it; empty when a server sent that.',
    (r) => r.flag.surface,
  ),
  text('status', WORD, '`open`, `acknowledged`, `snoozed`, `resolved` or `false_positive`.', (r) => r.flag.status),
  text('status_reason', 'String', 'What was said when the status was set.', (r) => r.flag.statusReason),
  text('status_by', 'String', 'Id of the key that set it.', (r) => r.flag.statusBy),
  instant('status_at', 'When it was set (UTC); 1970 while nobody has.', (r) => r.flag.statusAt),
  instant('snoozed_until', 'Until when it is quiet (UTC); 1970 unless it is snoozed.', (r) => r.flag.snoozedUntil),
  column('score', 'Float64', '-ln of the share of clean entities that would get here, nats; not calibrated.', (w, r) =>
    w.float64(r.flag.score),
  ),
  column('count', 'UInt32', 'How often the incident was noticed.', (w, r) => w.uint32(r.flag.count)),
  instant('first_at', 'Beginning of the incident, corrected device clock (UTC).', (r) => r.flag.firstAt),
  instant('last_at', 'Its latest event, corrected device clock (UTC).', (r) => r.flag.lastAt),
  instant('raised_at', "The collector's clock when the batch arrived that raised it (UTC).", (r) => r.flag.raisedAt),
  text('metrics', 'String', 'Observed numbers beside what is usual, JSON.', (r) =>
    JSON.stringify(r.flag.evidence.metrics),
  ),
  column('event_ids', 'Array(UUID)', 'Events at which it was noticed: the first ones and the latest.', (w, r) => {
    const ids = r.flag.evidence.eventIds;
    w.varint(ids.length);
    for (const id of ids) w.uuid(id);
  }),
  text('reasons', 'String', 'Codes and sentences, JSON.', (r) => JSON.stringify(r.flag.reasons)),
  text('detector', WORD, 'What found it.', (r) => r.flag.detector),
  column('detector_version', 'UInt16', 'Version of its rules.', (w, r) => w.uint16(r.flag.detectorVersion)),
  column('rolled_up', 'UInt32', 'Of a roll-up: how many small flags it stands for.', (w, r) =>
    w.uint32(r.flag.rolledUp),
  ),
  column('position', 'UInt64', 'Of its latest change in the feed of its collector; the highest row holds.', (w, r) =>
    w.int64(r.flag.position),
  ),
];

function column(name: string, type: string, meaning: string, write: Column<FlagRow>['write']): Column<FlagRow> {
  return { name, type, meaning, write };
}
function text(name: string, type: string, meaning: string, get: (row: FlagRow) => string): Column<FlagRow> {
  return column(name, type, meaning, (writer: RowBinaryWriter, row) => writer.string(get(row)));
}
function uuid(name: string, meaning: string, get: (row: FlagRow) => string): Column<FlagRow> {
  return column(name, 'UUID', meaning, (writer, row) => writer.uuid(get(row)));
}
function instant(name: string, meaning: string, get: (row: FlagRow) => number): Column<FlagRow> {
  return column(name, INSTANT, meaning, (writer, row) => writer.int64(get(row)));
}
