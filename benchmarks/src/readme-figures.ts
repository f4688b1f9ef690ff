import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/**
 * The README with a benchmark's table in its place, which begins with a comment that names the command. Nothing in the
 * table is typed by hand.
 *
 * @throws when the README has no place for it.
 */
export function withFigures(readme: string, benchmark: string, table: string): string {
  const place = new RegExp(
    `(<!-- figures: written by \`pnpm bench ${benchmark} --save\`[^>]*-->\\n)[\\s\\S]*?(<!-- /figures -->)`,
  );
  if (!place.test(readme)) throw new Error(`README.md has no place for the figures of ${benchmark}`);
  return readme.replace(place, (_, head: string, tail: string) => `${head}\n${table}\n${tail}`);
}

export function updateReadme(benchmark: string, table: string): void {
  writeFileSync(README, withFigures(readFileSync(README, 'utf8'), benchmark, table));
}
