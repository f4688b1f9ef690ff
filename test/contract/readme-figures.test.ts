import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type IngestResult, withFigures } from '../../benchmarks/src/readme-figures.js';

describe('README.md', () => {
  it('shows the figures that the benchmark saved, and no others', async () => {
    const readme = await readFile('README.md', 'utf8');
    const result = JSON.parse(await readFile('benchmarks/results/ingest.json', 'utf8')) as IngestResult;
    expect(withFigures(readme, result)).toBe(readme);
    expect(readme).toContain(`${result.cpuMicrosPerEvent.toFixed(1)} µs`);
  });
});
