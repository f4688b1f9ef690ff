import { readFileSync } from 'node:fs';
import { LIMITS, MACRO_HOME, UTC_OFFSET_MINUTES } from '@tidemark/protocol';
import { macroBatchSchema } from '@tidemark/protocol/schema';
import { expect, it } from 'vitest';
import { MACRO_FILE_BYTES_MAX } from '../../packages/collector/src/cli/macro/import-macro.js';
import { MACRO_COLUMNS } from '../../packages/collector/src/cli/macro/read-macro-csv.js';

const page = readFileSync(new URL('../../docs/macro.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)];

it('the page of macro series names the fields of a row and the columns of a file', () => {
  const fields = Object.keys(macroBatchSchema.shape.rows.element.shape);
  expect(rows.map(([, field]) => field)).toEqual(fields);
  expect(rows.map(([, , column]) => column)).toEqual(MACRO_COLUMNS);
});

it('the page of macro series says what is taken at most, and what is meant where nobody says', () => {
  expect(page).toContain(`A file is at most ${MACRO_FILE_BYTES_MAX / 1_048_576} MiB`);
  expect(page).toContain(
    `at most ${LIMITS.eventsPerBatch.toLocaleString('en-US')} rows and ${LIMITS.bodyBytes / 1_048_576} MiB`,
  );
  expect(page).toContain(`1 to ${LIMITS.nameLength} letters`);
  expect(page).toContain(`(\`${MACRO_HOME}\` unless told)`);
  expect(page).toContain(`(\`--utc-offset-minutes\`, ${UTC_OFFSET_MINUTES} unless told)`);
});
