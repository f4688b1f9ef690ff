import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderCopies } from '../../benchmarks/src/copies/doc-table.js';

describe('docs/architecture.md', () => {
  it('shows what recognising copies costs as `pnpm bench copies --save` saved it', async () => {
    const page = await readFile('docs/architecture.md', 'utf8');
    const table = renderCopies(JSON.parse(await readFile('benchmarks/results/copies.json', 'utf8')));
    expect(table.split('\n').length).toBeGreaterThanOrEqual(4);
    expect(page).toContain(table);
  });
});
