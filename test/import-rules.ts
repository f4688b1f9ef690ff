import { posix } from 'node:path';
import { forbiddenFolders, importTable, maxFoldersUnderSrc, type PackageRule, roomWords, sql } from './import-table.js';
import type { ImportFact, ModuleFacts } from './read-module.js';

/** Everything a set of modules does against the table, one sentence each. Empty: all is well. */
export function violations(modules: readonly ModuleFacts[]): readonly string[] {
  return [...modules.flatMap(moduleViolations), ...importCycles(modules)];
}

interface Place {
  readonly packageName: string;
  readonly rule: PackageRule;
  /** First folder under src; '' for a file directly under it. */
  readonly room: string;
  readonly folders: readonly string[];
  readonly file: string;
}

function moduleViolations(module: ModuleFacts): readonly string[] {
  const place = placeOf(module.path);
  if (place === undefined) return [`${module.path}: its package is not in the import table`];
  return [
    ...nameViolations(place),
    ...exportViolations(module),
    ...wordViolations(module, place),
    ...module.imports.flatMap((fact) => importViolation(module, place, fact) ?? []),
  ].map((what) => `${module.path}: ${what}`);
}

function placeOf(path: string): Place | undefined {
  const [, packageName = '', inside = ''] = /^packages\/([^/]+)\/src\/(.+)$/.exec(path) ?? [];
  const rule = importTable[packageName];
  if (rule === undefined) return undefined;
  const folders = inside.split('/');
  const file = folders.pop() ?? '';
  return { packageName, rule, room: folders[0] ?? '', folders, file };
}

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function nameViolations({ rule, room, folders, file }: Place): readonly string[] {
  const found: string[] = [];
  if (!kebabCase.test(file.replace(/\.tsx?$/, ''))) found.push('the file name is not kebab-case');
  for (const folder of folders) {
    if (!kebabCase.test(folder)) found.push(`the folder name ${folder} is not kebab-case`);
    if (forbiddenFolders.includes(folder)) found.push(`a folder called ${folder} says nothing about what is in it`);
  }
  if (folders.length > maxFoldersUnderSrc) found.push(`it lies more than ${maxFoldersUnderSrc} folders under src`);
  if (room !== '' && rule.rooms && !(room in rule.rooms)) found.push(`the room ${room} is not in the import table`);
  return found;
}

function exportViolations({ hasDefaultExport, hasExportAll }: ModuleFacts): readonly string[] {
  return [
    ...(hasDefaultExport ? ['it has a default export'] : []),
    ...(hasExportAll ? ['it says export *: name what is exported'] : []),
  ];
}

/** These words mean something in the collector only; elsewhere SELECT may be a button. */
function wordViolations({ code, literals }: ModuleFacts, { packageName, room }: Place): readonly string[] {
  if (packageName !== 'collector') return [];
  const found = roomWords
    .filter(({ pattern, rooms }) => !rooms.includes(room) && pattern.test(code))
    .map(({ what, rooms }) => `${what} is outside ${rooms.join(', ')}/`);
  const query = sql.rooms.includes(room) ? undefined : literals.find((text) => sql.pattern.test(text));
  return query === undefined ? found : [...found, `SQL outside store/: ${query.trim().slice(0, 60)}`];
}

function importViolation(module: ModuleFacts, place: Place, fact: ImportFact): string | undefined {
  if (fact.specifier.startsWith('.')) return roomViolation(module, place, fact);
  if (fact.specifier.startsWith('node:')) {
    return place.rule.node
      ? undefined
      : `${place.packageName} does not run in Node only, but imports ${fact.specifier}`;
  }
  const name = fact.specifier.startsWith('@tidemark/') ? fact.specifier : packageOf(fact.specifier);
  const { packages, typePackages = [], packagesInRoom = {} } = place.rule;
  if (packages.includes(name) || packagesInRoom[place.room]?.includes(name)) return undefined;
  if (!typePackages.includes(name)) return `${place.packageName}/${place.room} may not import ${fact.specifier}`;
  return fact.typeOnly ? undefined : `it may import ${fact.specifier} only with import type`;
}

/** '@scope/name/sub' -> '@scope/name', 'name/sub' -> 'name'. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function roomViolation(module: ModuleFacts, place: Place, fact: ImportFact): string | undefined {
  const target = placeOf(resolveImport(module.path, fact.specifier));
  if (target === undefined || target.packageName !== place.packageName) return `${fact.specifier} leaves the package`;
  if (target.room === place.room) return undefined;
  const { rooms, closedRooms = [] } = place.rule;
  if (closedRooms.includes(target.room))
    return `only ${target.room}/ itself may import ${target.room}/ (${fact.specifier})`;
  if (rooms === undefined || place.room === '') return undefined;
  const room = rooms[place.room];
  if (room === 'all' || room === undefined) return undefined; // an unknown room is reported by its name
  if (room.values.includes(target.room)) return undefined;
  if (!room.types?.includes(target.room)) {
    return `${place.room}/ may not import ${target.room === '' ? 'the root' : `${target.room}/`} (${fact.specifier})`;
  }
  return fact.typeOnly
    ? undefined
    : `${place.room}/ may import ${target.room}/ only with import type (${fact.specifier})`;
}

/** The path an import names, still with the extension it was written with. */
function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

/** Type imports count: two files that cannot be understood without each other are one file. */
function importCycles(modules: readonly ModuleFacts[]): readonly string[] {
  const paths = new Set(modules.map((module) => module.path));
  const targets = new Map(modules.map((module) => [module.path, importedFiles(module, paths)]));
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push(`import cycle: ${[...trail.slice(at), path].join(' -> ')}`);
    if (at >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of paths) visit(path, []);
  return cycles;
}

function importedFiles(module: ModuleFacts, paths: ReadonlySet<string>): readonly string[] {
  return module.imports
    .filter((fact) => fact.specifier.startsWith('.'))
    .map((fact) => resolveImport(module.path, fact.specifier).replace(/\.js$/, ''))
    .flatMap((stem) => [`${stem}.ts`, `${stem}.tsx`].filter((path) => paths.has(path)));
}
