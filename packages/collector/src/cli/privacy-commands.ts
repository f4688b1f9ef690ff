import type { ErasureCertificate } from '@tidemark/protocol';
import type { Command } from 'commander';
import { askCollector, requestCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';

interface SubjectOptions {
  readonly subject: string;
  readonly json?: boolean;
}

/** `tidemark erase` and `export`: with the secret key of the data directory, or `TIDEMARK_KEY`. */
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
