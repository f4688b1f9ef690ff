import { REPORT_NAMES, type ReportName, type ReportQuery } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { HttpProblem } from '../../../packages/collector/src/observe/http-problem.js';
import { readReportName, readReportQuery } from '../../../packages/collector/src/reports/read-query.js';
import { compileReport } from '../../../packages/collector/src/store/reports/compile-report.js';
import type { CompiledQuery } from '../../../packages/collector/src/store/reports/compiled-query.js';
import { REPORT_LIMITS } from '../../../packages/collector/src/store/reports/query-scope.js';
import { PAYLOADS } from './injection-payloads.js';

/** What every report may read, whatever it is asked. */
const TABLES = [
  'aliases',
  'double_loads',
  'events',
  'minute_activity',
  'page_days',
  'page_stats',
  'rejected',
  'sessions',
  'steps',
  'transitions',
  'user_days',
];
const STEPS = [{ view: '/' }, { goal: 'paid' }];

/** Every place of a question that takes a text of the asker's, by the text. */
const TEXT_PLACES: Readonly<Record<string, (text: string) => Record<string, string>>> = {
  appId: (text) => ({ appId: text }),
  'segment.is': (text) => ({ segment: JSON.stringify([{ field: 'country', is: [text, 'x'] }]) }),
  'segment.isNot': (text) => ({ segment: JSON.stringify([{ field: 'userId', isNot: [text] }]) }),
  'segment.did.view': (text) => ({ segment: JSON.stringify([{ did: { view: text } }]) }),
  'segment.didNot.goal': (text) => ({ segment: JSON.stringify([{ didNot: { goal: text } }]) }),
  'segment.did.click': (text) => ({ segment: JSON.stringify([{ did: { click: text } }]) }),
};
const STEP_PLACES: typeof TEXT_PLACES = {
  'steps.view': (text) => ({ steps: JSON.stringify([{ view: text }, { goal: 'paid' }]) }),
  'steps.goal': (text) => ({ steps: JSON.stringify([{ view: '/' }, { goal: text }]) }),
  'steps.click': (text) => ({ steps: JSON.stringify([{ click: text }, { goal: 'paid' }]) }),
  'steps.custom': (text) => ({ steps: JSON.stringify([{ custom: text }, { goal: 'paid' }]) }),
};
const CONTENT_PLACES: typeof TEXT_PLACES = {
  goal: (text) => ({ goal: text }),
  ...Object.fromEntries(
    Object.entries(STEP_PLACES).map(([place, put]) => [place, (text: string) => ({ by: 'step', ...put(text) })]),
  ),
};
/** Every place that takes one of a list, a number, a time or a name. */
const NAMED_PLACES: Readonly<Record<string, (text: string) => Record<string, string>>> = {
  ...Object.fromEntries(
    [
      ...['from', 'to', 'surface', 'purpose', 'limit', 'format', 'timeZone', 'interval', 'orderBy', 'order', 'cursor'],
      ...['windowSeconds', 'periods', 'minutes', 'by', 'steps', 'segment', 'workspace', 'workspaceId'],
    ].map((name) => [name, (text: string) => ({ [name]: text })]),
  ),
  'segment.field': (text) => ({ segment: JSON.stringify([{ field: text, is: ['x'] }]) }),
  'segment.operator': (text) => ({ segment: JSON.stringify([{ field: 'country', [text]: ['x'] }]) }),
  'steps.order': (text) => ({ steps: JSON.stringify([{ order: text, phase: 'placed' }, { goal: 'paid' }]) }),
  'steps.phase': (text) => ({ steps: JSON.stringify([{ order: 'sell', phase: text }, { goal: 'paid' }]) }),
  'a name': (text) => ({ [text]: 'x' }),
};

const parametersOf = (name: ReportName, own: Record<string, string>): Record<string, string> =>
  name === 'funnel' && own.steps === undefined ? { ...own, steps: JSON.stringify(STEPS) } : own;

/** Effective data has no segment. */
function textPlaces(name: ReportName): typeof TEXT_PLACES {
  if (name === 'effective-data') return Object.fromEntries(Object.entries(TEXT_PLACES).slice(0, 1));
  if (name === 'surfaces') return { ...TEXT_PLACES, ...CONTENT_PLACES };
  return name === 'funnel' ? { ...TEXT_PLACES, ...STEP_PLACES } : TEXT_PLACES;
}

function compiled<N extends ReportName>(
  name: N,
  parameters: Record<string, string>,
  aliased: boolean,
): CompiledQuery[] {
  const query: ReportQuery<N> = readReportQuery(name, parameters);
  const {
    rows,
    detailed,
    whole,
    totals,
    surfaces,
    others = {},
  } = compileReport(name, query, { workspaceId: 'w', aliased, sampled: aliased, limits: REPORT_LIMITS }, 0);
  return [rows, detailed, whole, totals, surfaces, ...Object.values(others)].filter((one) => one !== undefined);
}

describe(`${PAYLOADS.length} texts that mean something to SQL`, () => {
  it('are three hundred, no two alike', () => {
    expect(new Set(PAYLOADS).size).toBe(300);
  });

  it.each(REPORT_NAMES)('change nothing of the SQL of %s, in any place that takes a text: they are bound', (name) => {
    const places = Object.entries(textPlaces(name));
    const succeeded = places.flatMap(([place, put]) => {
      const plain = compiled(name, parametersOf(name, put('plain')), false);
      return PAYLOADS.filter((payload) => {
        const asked = compiled(name, parametersOf(name, put(payload)), false);
        return !asked.every(
          ({ sql, bound, tables }, i) =>
            sql === plain[i]?.sql &&
            bound.workspace === 'w' &&
            // Loads too many are known by queue, and by no app.
            (tables.join() === 'double_loads' ||
              Object.values(bound).some((value) => value === payload || isListWith(value, payload))) &&
            tables.every((table) => TABLES.includes(table)) &&
            tables.join() === plain[i]?.tables.join(),
        );
      }).map((payload) => `${place}: ${payload}`);
    });
    expect(succeeded).toEqual([]);
  });

  it.each(REPORT_NAMES)('are refused by %s everywhere else, with a sentence that names the field', (name) => {
    const succeeded = Object.entries(NAMED_PLACES).flatMap(([place, put]) =>
      PAYLOADS.filter((payload) => {
        const [field = ''] = Object.keys(put(payload));
        try {
          readReportQuery(name, parametersOf(name, put(payload)));
          return true;
        } catch (error) {
          return !(error instanceof HttpProblem && error.code === 'invalid_query' && error.message.includes(field));
        }
      }).map((payload) => `${place}: ${payload}`),
    );
    expect(succeeded).toEqual([]);
  });

  it('are no names of reports', () => {
    for (const payload of PAYLOADS) {
      expect(() => readReportName(payload)).toThrow(expect.objectContaining({ code: 'not_found' }));
    }
  });
});

describe('the SQL of every report', () => {
  it.each(REPORT_NAMES)('reads tables of the workspace alone, and for the purpose: %s', (name) => {
    for (const purpose of ['analytics', 'marketing', 'risk']) {
      for (const segment of [{}, textPlaces(name)['segment.did.view']?.('/') ?? {}]) {
        for (const { sql, bound, tables } of compiled(name, parametersOf(name, { purpose, ...segment }), true)) {
          const readings = [...sql.matchAll(/\bFROM (\w+)(?: FINAL)? WHERE (.*)/g)].filter(
            ([, table]) => table !== 'aliases',
          );
          expect(readings.length).toBeGreaterThan(0);
          for (const [reading, table = '', where = ''] of readings) {
            expect(tables).toContain(table);
            expect(where, reading).toMatch(/^workspace_id = \{workspace:String\}/);
            if (!isPlaces(sql, reading, purpose)) expect(where, reading).toMatch(purposeOf(table, purpose));
          }
          // What is read is read like this: no other table stands behind a FROM.
          const named = [...sql.matchAll(/\b(?:FROM|JOIN) ([a-z_]+)\b(?!\s*\()/g)].map(([, table]) => table ?? '');
          expect(placeholders(sql).filter((used) => !(used in bound))).toEqual([]);
          expect(named.filter((table) => ![...TABLES, ...CTES].includes(table))).toEqual([]);
        }
      }
    }
  });
});

/** Numbers of all events, of which only those for the purpose are counted: the outer rows say so before anything is made of them. */
function isPlaces(sql: string, reading: string, purpose: string): boolean {
  const consent = `consent_${purpose} ${purpose === 'marketing' ? "= 'granted'" : "!= 'denied'"}`;
  const place = `SELECT queue_id, seq, event_id, occurred_at, surface, release, historical, corrected_at, received_at, (${consent}) AS is_for_purpose\n      ${reading}`;
  return sql.includes(place) && (sql.match(/WHERE is_for_purpose AND/g) ?? []).length === 1;
}

/** Names of subqueries and of the arrays that they join. */
const CTES = ['viewed', 'edge_counts', 'surplus', 'reached', 'counts', 'places'];

/** A list is bound as one text of JSON. */
function isListWith(value: unknown, payload: string): boolean {
  return (
    typeof value === 'string' &&
    value.startsWith('["') &&
    value.endsWith('"]') &&
    (JSON.parse(value) as unknown[]).includes(payload)
  );
}

function purposeOf(table: string, purpose: string): RegExp {
  if (table === 'sessions') return /session_day/; // holds nothing but what may be read for analytics
  if (table === 'rejected') return /received_at/; // nobody knows for what, and nothing that was sent is read
  if (table === 'double_loads') return /found_at/; // hold no more than numbers
  if (table === 'events')
    return new RegExp(`consent_${purpose} ${purpose === 'marketing' ? "= 'granted'" : "!= 'denied'"}`);
  return new RegExp(`bitTest\\(purposes, ${['analytics', 'marketing', 'risk'].indexOf(purpose)}\\)`);
}

function placeholders(sql: string): string[] {
  return [...sql.matchAll(/\{(\w+):[\w()]+\}/g)].map(([, name]) => name ?? '');
}
