import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AuditBreak, AuditEntry } from '@tidemark/protocol';
import { nodeFileSystem } from '../disk/file-system.js';
import { readOrSetAside } from '../disk/set-aside.js';
import { TidemarkError } from '../observe/errors.js';
import { type AuditContent, NO_HASH, sealEntry, verifyEntries } from './audit-chain.js';

/** The audit log of one collector: a file beside the WAL, one JSON object a line, never shortened. */
export interface AuditFile {
  /** The collector's own chain; a new one where the old one's end could not be read. */
  readonly chainId: string;
  /**
   * Resolves when the entry is on stable storage. One at a time: the caller waits.
   *
   * @throws {TidemarkError} `audit_write_failed`; the chain is as it was.
   */
  append(content: AuditContent): Promise<AuditEntry>;
  close(): Promise<void>;
}

export interface AuditLines {
  readonly entries: readonly AuditEntry[];
  /** What is wrong in the file, chain by chain; lines that cannot be read are told by their number in the file. */
  readonly breaks: readonly AuditBreak[];
}

export function auditFilePath(dataDirectory: string): string {
  return join(dataDirectory, 'audit.jsonl');
}

/**
 * Goes on with the chain of the last line. A line without its end was never confirmed, and is cut off. Whatever else lies
 * there, the collector starts: a damaged end begins another chain, and the check tells of it; what is no file is set aside.
 */
export async function openAuditFile(dataDirectory: string, now: () => number): Promise<AuditFile> {
  const path = auditFilePath(dataDirectory);
  const found = await readOrSetAside(path, nodeFileSystem);
  const text = found ?? Buffer.alloc(0);
  let goodBytes = text.lastIndexOf('\n') + 1;
  const lines = text.subarray(0, goodBytes).toString('utf8').trimEnd().split('\n');
  const last = goodBytes > 0 ? readEntry(lines.at(-1) ?? '') : undefined;
  let place = last
    ? { chainId: last.chainId, number: last.number, hash: last.hash }
    : { chainId: randomBytes(8).toString('hex'), number: 0, hash: NO_HASH };
  let file: FileHandle | undefined;

  /** After a failed write nothing is known of what the descriptor holds: it is given up, and the file cut to what is good. */
  async function reopen(): Promise<FileHandle> {
    const opened = await open(path, 'a', 0o600);
    await opened.truncate(goodBytes);
    await nodeFileSystem.syncDirectory(dirname(path));
    return opened;
  }

  async function write(line: Buffer): Promise<void> {
    file ??= await reopen();
    await file.appendFile(line);
    await file.datasync();
    goodBytes += line.byteLength;
  }

  async function append(content: AuditContent): Promise<AuditEntry> {
    const { chainId, number, hash } = place;
    const entry = sealEntry(content, { chainId, number: number + 1, previousHash: hash }, now());
    await write(Buffer.from(`${JSON.stringify(entry)}\n`)).catch(async (cause: unknown) => {
      await file?.close().catch(() => undefined); // it has failed already
      file = undefined;
      throw new TidemarkError('audit_write_failed', 'the audit log cannot be written, so nothing was changed', {
        cause,
      });
    });
    place = entry;
    return entry;
  }

  if (!last) {
    const lost = found ? 'the end of the file cannot be read' : 'what lay in its place was no file';
    const detail = JSON.stringify(!found || goodBytes > 0 ? { reason: lost } : {});
    const begin = {
      actor: 'collector',
      addressPrefix: '',
      action: 'chain.begin',
      workspaceId: '',
      subject: '',
      detail,
    } as const;
    await append(begin).catch(() => undefined); // a full disk: the collector starts, and the next change is told
  }
  return {
    chainId: place.chainId,
    append,
    async close() {
      await file?.close();
    },
  };
}

/** The file as it is now, with what is wrong in it. A missing one is an empty one. */
export async function readAuditFile(dataDirectory: string): Promise<AuditLines> {
  const text = await readWhole(auditFilePath(dataDirectory));
  const complete = text.subarray(0, text.lastIndexOf('\n') + 1).toString('utf8');
  const entries: AuditEntry[] = [];
  const unreadable: AuditBreak[] = [];
  for (const [at, line] of complete.split('\n').slice(0, -1).entries()) {
    const entry = readEntry(line);
    if (entry) entries.push(entry);
    else unreadable.push({ chainId: '', number: at + 1, fault: 'unreadable', source: 'file' });
  }
  return { entries, breaks: [...unreadable.slice(0, 1), ...verifyEntries(entries, 'file')] };
}

function readEntry(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as AuditEntry; // by us, above; the rest is for the check
    return typeof entry.chainId === 'string' && Number.isInteger(entry.number) && typeof entry.hash === 'string'
      ? entry
      : undefined;
  } catch {
    return undefined;
  }
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await nodeFileSystem.read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
