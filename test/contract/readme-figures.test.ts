import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderIngest } from '../../benchmarks/src/ingest/readme-table.js';
import { withFigures } from '../../benchmarks/src/readme-figures.js';
import { renderSdk } from '../../benchmarks/src/sdk/readme-table.js';

const RENDERERS = { ingest: renderIngest, sdk: renderSdk };

describe('README.md', () => {
  it.each(Object.entries(RENDERERS))(
    'shows the figures that `pnpm bench %s` saved, and no others',
    async (name, render) => {
      const readme = await readFile('README.md', 'utf8');
      const path = `benchmarks/results/${name}.json`;
      if (!existsSync(path))
        return expect(readme).toContain(`No whole run of \`pnpm bench ${name} --save\` has been kept`);
      const result = JSON.parse(await readFile(path, 'utf8'));
      const table = render(result);
      expect(table).toContain(result.command);
      expect(table).toMatch(/^\| .*\d/m);
      expect(withFigures(readme, name, table)).toBe(readme);
    },
  );
});
