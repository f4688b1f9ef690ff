import { describe, expect, it } from 'vitest';
import { correlateColumns } from './correlate-command.js';

const rows = Array.from({ length: 400 }, (_, at) => {
  const x = (at - 200) / 100;
  return [x, 0.5 * x + Math.sin(at * 12.9898) / 10, x * x + Math.sin(at * 78.233) / 10, at % 3 === 0 ? 'yes' : 'no'];
});
const table = { names: ['x', 'line', 'curve', 'word'], rows };
const ask = { target: 'x', columns: [], seed: 1 };

describe('tidemark correlate', () => {
  it('tells a line from a curve that Pearson does not see', () => {
    const [line, curve] = correlateColumns(table, { ...ask, columns: ['line', 'curve'] });
    expect(line?.report).toMatchObject({ kind: 'measured', lineMisleads: false });
    const [back] = correlateColumns(table, { ...ask, target: 'curve', columns: ['x'] });
    expect(back?.report).toMatchObject({ kind: 'measured', lineMisleads: true });
    expect(curve?.column).toBe('curve');
    expect(correlateColumns(table, ask).map(({ column }) => column)).toEqual(['line', 'curve']);
  });

  it('takes a word for a target when told which counts, and says what is missing', () => {
    expect(correlateColumns(table, { ...ask, target: 'word', positive: 'yes' })).toHaveLength(3);
    expect(() => correlateColumns(table, { ...ask, target: 'word' })).toThrow('--positive');
    expect(() => correlateColumns(table, { ...ask, columns: ['word'] })).toThrow('holds words');
    expect(() => correlateColumns(table, { ...ask, target: 'none' })).toThrow('there are: x, line');
  });
});
