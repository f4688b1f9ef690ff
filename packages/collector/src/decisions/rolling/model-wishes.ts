import { MODEL_KINDS } from '@tidemark/analytics/scores';
import { z } from 'zod';
import { readInput } from '../../observe/read-input.js';
import { readJson } from '../../observe/read-json.js';

const trainingSchema = z.strictObject({ kind: z.enum(MODEL_KINDS).optional() });
const choiceSchema = z.strictObject({
  version: z.string().regex(/^[0-9a-f]{16}$/, 'a version has 16 digits, as GET /v1/models lists them'),
});

/** Body of `POST /v1/models`, which may be empty. @throws {HttpProblem} `unreadable_body`, `invalid_request` with the field. */
export function readTrainingWish(body: unknown): z.output<typeof trainingSchema> {
  return body === undefined || body === null || body === '' ? {} : readInput(trainingSchema, readJson(body));
}

/** Body of `PUT /v1/models/serving`. @throws {HttpProblem} as above. */
export function readChosenVersion(body: unknown): z.output<typeof choiceSchema> {
  return readInput(choiceSchema, readJson(body));
}
