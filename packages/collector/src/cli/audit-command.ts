import type { AuditEntry, AuditVerdict } from '@tidemark/protocol';
import { TidemarkError } from '../observe/errors.js';
import { readAuditFile } from '../workspaces/audit-file.js';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';
import { printable } from './printable.js';

export interface AuditOptions {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly limit?: string;
  /** A data directory whose file is to be read without a collector. */
  readonly offline?: string;
}

const PATH = '/v1/admin/audit';

/** `tidemark audit list`: the latest first. */
export async function listAudit({ workspace, limit, json }: AuditOptions): Promise<void> {
  const query = new URLSearchParams();
  if (workspace !== undefined) query.set('workspaceId', workspace);
  if (limit !== undefined) query.set('limit', limit);
  const answer = await askCollector<{ entries: AuditEntry[] }>(
    await findCollector(process.env, 'admin'),
    `${PATH}?${query}`,
  );
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : auditTable(answer.entries));
}

/**
 * `tidemark audit verify`: reads all chains from their beginnings.
 *
 * @throws {TidemarkError} `audit_broken`, naming the first broken entry.
 */
export async function verifyAudit({ json, offline }: AuditOptions): Promise<void> {
  const verdict =
    offline === undefined
      ? await askCollector<AuditVerdict>(await findCollector(process.env, 'admin'), `${PATH}/verify`)
      : await verifyFile(offline);
  const [first] = verdict.breaks;
  if (json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  if (first) {
    const chain =
      first.chainId === '' ? `line ${first.number}` : `entry ${first.number} of chain ${printable(first.chainId)}`;
    throw new TidemarkError(
      'audit_broken',
      `the audit log is broken: ${chain} is ${WORDS[first.fault]} (${first.source})`,
    );
  }
  if (!json) process.stdout.write(describeVerdict(verdict));
}

const WORDS = {
  altered: 'not as it was written',
  missing: 'missing',
  out_of_place: 'not in its place',
  unreadable: 'not readable',
} as const;

function describeVerdict({ entries, chains, storeChecked }: AuditVerdict): string {
  const where = storeChecked ? 'file and store agree' : 'the file alone; the store was not looked at';
  return `${entries} entries in ${chains} chain${chains === 1 ? '' : 's'}: as they were written (${where})\n`;
}

async function verifyFile(dataDirectory: string): Promise<AuditVerdict> {
  const { entries, breaks } = await readAuditFile(dataDirectory);
  if (entries.length + breaks.length === 0) {
    throw new TidemarkError(
      'audit_broken',
      `there is no audit log in ${dataDirectory}: name a collector's data directory`,
    );
  }
  const chains = new Set(entries.map((entry) => entry.chainId)).size;
  return { entries: entries.length, chains, storeChecked: false, breaks };
}

function auditTable(entries: readonly AuditEntry[]): string {
  return formatTable(
    ['when (UTC)', 'who', 'from', 'what', 'workspace', 'of', 'said'],
    entries.map((entry) => [
      new Date(entry.at).toISOString().slice(0, 19).replace('T', ' '),
      entry.actor,
      entry.addressPrefix || '-',
      entry.action,
      entry.workspaceId || '-',
      entry.subject || '-',
      entry.detail,
    ]),
  );
}
