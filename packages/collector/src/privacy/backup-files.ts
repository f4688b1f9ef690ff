import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TidemarkError } from '../observe/errors.js';

/** What a backup holds: each file with its checksum, written last, so that a backup without it is none. */
export interface BackupManifest {
  readonly madeAt: string;
  /** The engine's own, from one folder of its to another: each with where it leads, from its own folder on. */
  readonly links: readonly { readonly path: string; readonly to: string }[];
  readonly files: readonly BackedUpFile[];
}

export interface BackedUpFile {
  /** From the data directory on, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

const MANIFEST = 'backup.json';
/** In a data directory: what a backup of a running collector is made from, for as long as that takes. */
export const SNAPSHOT = 'snapshot.new';
/** Of the process that runs, not of what is kept. */
const LEFT_OUT = [
  new RegExp(`^${SNAPSHOT}/`),
  /^collector\.lock$/,
  /^engine\/spool\//,
  /^engine\/data\/tmp\//,
  /^engine\/data\/status$/,
  /^daily-salts\//,
  /\.new$/,
];

/**
 * Copies a data directory that nobody writes to.
 *
 * @param target - does not exist yet, or is empty.
 * @throws {TidemarkError} `backup_unusable` when the target holds something, or a file changed while it was copied.
 */
export async function copyToBackup(dataDirectory: string, target: string, nowMs: number): Promise<BackupManifest> {
  await requireEmpty(target, []);
  const files: BackedUpFile[] = [];
  const { files: paths, links } = await listFiles(dataDirectory);
  for (const path of paths) {
    await copyOne(join(dataDirectory, path), join(target, path));
    const [original, copy] = [await describe(dataDirectory, path), await describe(target, path)];
    if (original.sha256 !== copy.sha256) {
      throw new TidemarkError('backup_unusable', `${path} changed while it was copied; does something write there?`);
    }
    files.push(copy);
  }
  const manifest = { madeAt: new Date(nowMs).toISOString(), links, files };
  await writeFile(join(target, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600, flush: true });
  return manifest;
}

/**
 * Copies a backup to a data directory, and holds every file against its checksum: in the backup first, then where it was put.
 *
 * @param keep - files that the data directory may hold already; they are not replaced.
 * @param beforeFirst - called when all is well, before anything is written.
 * @throws {TidemarkError} `backup_unusable`, naming the first file that is not as it was.
 */
export async function copyFromBackup(
  backup: string,
  dataDirectory: string,
  keep: readonly string[],
  beforeFirst: () => Promise<void>,
): Promise<BackupManifest> {
  const manifest = await readManifest(backup);
  await requireEmpty(dataDirectory, keep);
  const there = new Set(await readdir(dataDirectory).catch(() => [] as string[]));
  for (const file of manifest.files) await holdAgainst(backup, file);
  await beforeFirst();
  for (const file of manifest.files) {
    if (there.has(file.path)) continue;
    await copyOne(join(backup, file.path), join(dataDirectory, file.path));
    await holdAgainst(dataDirectory, file);
  }
  for (const { path, to } of manifest.links) {
    await mkdir(dirname(join(dataDirectory, path)), { recursive: true, mode: 0o700 });
    await symlink(to, join(dataDirectory, path));
  }
  return manifest;
}

async function readManifest(backup: string): Promise<BackupManifest> {
  try {
    return JSON.parse(await readFile(join(backup, MANIFEST), 'utf8')) as BackupManifest; // written above
  } catch (cause) {
    throw new TidemarkError('backup_unusable', `${backup} is no backup that was finished: it has no ${MANIFEST}`, {
      cause,
    });
  }
}

async function holdAgainst(directory: string, file: BackedUpFile): Promise<void> {
  const found = await describe(directory, file.path).catch(() => undefined);
  if (found?.sha256 === file.sha256) return;
  throw new TidemarkError('backup_unusable', `${join(directory, file.path)} is not as it was backed up`);
}

async function describe(directory: string, path: string): Promise<BackedUpFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(join(directory, path)), async (parts: AsyncIterable<Buffer>) => {
    for await (const part of parts) {
      hash.update(part);
      bytes += part.length;
    }
  });
  return { path, bytes, sha256: hash.digest('hex') };
}

/** What a backup of a data directory holds: paths from there on, and links with where they lead from their own folder on. */
export async function listFiles(
  directory: string,
): Promise<{ files: string[]; links: { path: string; to: string }[] }> {
  const files: string[] = [];
  const links: { path: string; to: string }[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const whole = join(entry.parentPath, entry.name);
    const path = relative(directory, whole).split(sep).join('/');
    if (LEFT_OUT.some((pattern) => pattern.test(path))) continue;
    if (entry.isFile()) files.push(path);
    if (!entry.isSymbolicLink()) continue;
    const to = await readlink(whole);
    links.push({ path, to: isAbsolute(to) ? relative(entry.parentPath, to) : to }); // it must lead there from elsewhere, too
  }
  return { files: files.sort(), links };
}

/** Synced: a backup that a power cut takes is worth nothing, and nor is what was restored from it. */
async function copyOne(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const file = await open(to, 'r+');
  await file.sync().finally(() => file.close());
}

async function requireEmpty(directory: string, keep: readonly string[]): Promise<void> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const [first] = names.filter((name) => !keep.includes(name));
  if (first === undefined) return;
  throw new TidemarkError('backup_unusable', `${directory} is not empty (${first}): name another directory`);
}
