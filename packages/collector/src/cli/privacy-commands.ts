import type { DataMap, ErasureCertificate } from '@tidemark/protocol';
import type { Command } from 'commander';
import { askCollector, requestCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';

interface SubjectOptions {
  readonly subject: string;
  readonly json?: boolean;
}

/** `tidemark erase`, `export` and `privacy report`: with the secret key of the data directory, or `TIDEMARK_KEY`. */
export function addPrivacyCommands(program: Command): void {
  program
    .command('erase')
    .description('erase a visitor or user from everything, and print the certificate (secret key)')
    .requiredOption('--subject <id>', 'id of the visitor, or of the user as the app names it')
    .option('--json', 'print the certificate as one JSON object')
    .action(eraseCommand);
  program
    .command('export')
    .description('print all that is known of a visitor or user, a JSON object a line (secret key)')
    .requiredOption('--subject <id>', 'id of the visitor, or of the user as the app names it')
    .action(exportCommand);
  program
    .command('privacy')
    .description('what is held of people')
    .command('report')
    .description('print every table and column, what it tells of people, and what an erasure does to it (secret key)')
    .option('--json', 'print it as one JSON object')
    .action(reportCommand);
}

async function eraseCommand({ subject, json }: SubjectOptions): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const body = JSON.stringify({ subject });
  const certificate = await askCollector<ErasureCertificate>(target, '/v1/privacy/erase', { method: 'POST', body });
  process.stdout.write(json ? `${JSON.stringify(certificate)}\n` : describeCertificate(certificate));
}

async function exportCommand({ subject }: SubjectOptions): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const body = JSON.stringify({ subject });
  const answer = await requestCollector(target, '/v1/privacy/export', { method: 'POST', body });
  for await (const part of answer.body ?? []) {
    process.stdout.write(part);
  }
}

async function reportCommand({ json }: { readonly json?: boolean }): Promise<void> {
  const map = await askCollector<DataMap>(await findCollector(process.env, 'secret'), '/v1/privacy/report');
  process.stdout.write(json ? `${JSON.stringify(map)}\n` : describeMap(map));
}

const ERASURES = { by_id: 'deleted by id', counted_anew: 'counted anew', none: '-' } as const;

function describeMap({ tables }: DataMap): string {
  return formatTable(
    ['table', 'rows', 'erasure', 'column', 'class', 'type'],
    tables.flatMap(({ table, rows, erasure, columns }) =>
      columns.map(({ name, dataClass = 'not classified', type }, at) => [
        ...(at === 0 ? [table, String(rows), ERASURES[erasure]] : ['', '', '']),
        name,
        dataClass,
        type,
      ]),
    ),
  );
}

function describeCertificate(certificate: ErasureCertificate): string {
  const { suppression, deleted, recounted, days, walRows, liveEvents, notCovered } = certificate;
  const counts = (rows: Readonly<Record<string, number>>) =>
    Object.entries(rows)
      .filter(([, count]) => count > 0)
      .map(([table, count]) => `${table} ${count}`)
      .join(', ') || 'none';
  const lines = [
    ['certificate', certificate.certificateId],
    ['workspace', certificate.workspaceId],
    ['rows deleted', counts(deleted)],
    ['of them in the WAL', String(walRows)],
    ['in the live stream', String(liveEvents)],
    ['groups counted anew', counts(recounted)],
    ['days affected', days.length === 0 ? 'none' : `${days[0]} to ${days.at(-1)} (${days.length})`],
    ['rows left', String(certificate.remaining)],
    ['what stays', `suppression ${suppression.hmac} under key ${suppression.keyId}`],
    ['not covered', notCovered.join('; ')],
    ['took', `${(certificate.tookMs / 1_000).toFixed(1)} s`],
  ] as const;
  return lines.map(([name, value]) => `${name.padEnd(21)}${value}\n`).join('');
}
