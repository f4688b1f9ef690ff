// Stamps decide whether a set-up step must run. A stamp is a file in .tools holding the hash of what the step read.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, toolsDir, workspaceFolders } from './repo.mjs';

const never = new Set(['node_modules', 'dist']);

/** Files below `folder` (absolute), depth first; node_modules and dist are never entered. Missing folder: none. */
export function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return never.has(entry.name) ? [] : listFiles(path);
    return [path];
  });
}

/**
 * Hash of everything `pnpm install` reads. By content: these files are few, and a fresh clone or a touched file must
 * not cause an install. Platform and architecture are part of it since native packages are installed per platform.
 */
export function installFingerprint() {
  const manifests = workspaceFolders().map((folder) => `${folder}/package.json`);
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests].sort()) {
    const path = join(root, file);
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : 'missing');
  }
  return hash.digest('hex');
}

/**
 * Hash of path, size and modification time of everything the build reads. Not of contents: this runs before every
 * command, and a build too many costs seconds while a build too few would run old code.
 */
export function buildFingerprint() {
  const files = [
    ...workspaceFolders().flatMap((folder) => [
      join(root, folder, 'package.json'),
      join(root, folder, 'tsconfig.json'),
      ...listFiles(join(root, folder, 'src')).filter((path) => !/\.test\.tsx?$/.test(path)),
      ...listFiles(join(root, folder, 'static')),
    ]),
    ...['tsconfig.base.json', 'tsconfig.json', 'pnpm-lock.yaml'].map((file) => join(root, file)),
    ...listFiles(join(root, 'tooling')).filter((path) => /\/build[^/]*\.mjs$/.test(path)),
  ];
  const hash = createHash('sha256');
  for (const path of files.sort()) {
    const stat = statSync(path, { throwIfNoEntry: false });
    hash.update(`${relative(root, path)} ${stat?.size} ${stat?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

export function readStamp(name) {
  const path = join(toolsDir, `${name}.stamp`);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Renamed into place, so that a reader never sees half a stamp. */
export function writeStamp(name, value) {
  mkdirSync(toolsDir, { recursive: true });
  const path = join(toolsDir, `${name}.stamp`);
  writeFileSync(`${path}.${process.pid}`, value);
  renameSync(`${path}.${process.pid}`, path);
}
