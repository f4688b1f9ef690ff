import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FLAG_CATALOG, FLAG_KINDS, type FlagKind } from '../packages/analytics/src/anomalies/index.js';

describe('docs/anomalies.md', () => {
  const text = readFileSync(new URL('../docs/anomalies.md', import.meta.url), 'utf8');

  it('shows the catalog of flags as the code has it', () => {
    const rows = FLAG_KINDS.map((kind) => {
      const { entities, definition, reasons, severity, budgetPer10k } = FLAG_CATALOG[kind];
      const codes = reasons.map((code) => `\`${code}\``).join(', ');
      return `| \`${kind}\` | ${entities.join(', ')} | ${definition} | ${codes} | ${severity} | ${budgetPer10k} |`;
    });
    const shown = text.split('\n').filter((line) => /^\| `\w+` \| (user|device|address|product|workspace)/.test(line));
    expect(shown).toEqual(rows);
  });

  it('gives each kind a budget that its detector keeps to', () => {
    const figures = readFileSync(new URL('../benchmarks/results/risk.json', import.meta.url), 'utf8');
    const { injected } = JSON.parse(figures) as { injected: { kind: FlagKind; falsePer10k: number }[] };
    expect(injected.map(({ kind }) => kind)).toEqual(FLAG_KINDS);
    const over = injected.filter(({ kind, falsePer10k }) => falsePer10k > FLAG_CATALOG[kind].budgetPer10k);
    expect(over).toEqual([]);
  });
});
