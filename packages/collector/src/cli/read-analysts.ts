import { readFile } from 'node:fs/promises';
import { TidemarkError } from '../observe/errors.js';
import type { Analyst } from '../store/analysts/analyst-statements.js';

/** The same as the statements take: an id that could not stand in one, and a hash that is none, are refused by their line. */
const LINE = /^([a-z0-9][a-z0-9_-]{0,62})\s+([0-9a-f]{64})$/;

/**
 * Reads who may query which workspace: a line `WORKSPACE SHA256` for each, with the SHA-256 of the password in hex, as `sha256sum`
 * prints it. Empty lines, and lines that begin with `#`, are passed over.
 *
 * @throws {TidemarkError} `config_invalid`, naming the line, never quoting it: somebody may have written the password there.
 */
export async function readAnalysts(path: string): Promise<readonly Analyst[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TidemarkError('config_invalid', `${path} cannot be read: name a file of lines "WORKSPACE SHA256"`, {
      cause,
    });
  });
  const analysts = new Map<string, Analyst>();
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const [, workspaceId, passwordSha256] = LINE.exec(entry) ?? [];
    const where = `${path}, line ${index + 1}`;
    if (workspaceId === undefined || passwordSha256 === undefined) {
      throw new TidemarkError('config_invalid', `${where}: write a workspace and the SHA-256 of its password, hex`);
    }
    if (analysts.has(workspaceId)) {
      throw new TidemarkError(
        'config_invalid',
        `${where}: ${workspaceId} has a line already; a workspace has one user`,
      );
    }
    analysts.set(workspaceId, { workspaceId, passwordSha256 });
  }
  return [...analysts.values()];
}
