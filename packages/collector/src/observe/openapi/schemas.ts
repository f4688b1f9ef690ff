import {
  AUTHORITATIVE_SCHEMAS,
  ackSchema,
  batchEnvelopeSchema,
  clientConfigChangeSchema,
  clientConfigSchema,
  durableBatchesSchema,
  EVENT_SCHEMAS,
  featureCatalogSchema,
  featureQuerySchema,
  featureRowsQuerySchema,
  featuresAnswerSchema,
  flagQuerySchema,
  flagStreamQuerySchema,
  flagTriageSchema,
  macroAnswerSchema,
  macroBatchSchema,
  macroQuerySchema,
  problemSchema,
  productDaysAnswerSchema,
  productDaysQuerySchema,
  queueLedgerSchema,
  REPORT_QUERY_SCHEMAS,
  REPORT_SCHEMAS,
  serverEnvelopeSchema,
} from '@tidemark/protocol/schema';
import { z } from 'zod';

/** A JSON Schema, draft 2020-12: what OpenAPI 3.1 is made of. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** All schemas of the document by name, from the very ones that validate. */
export function apiSchemas(): Readonly<Record<string, JsonSchema>> {
  const events = Object.entries({ ...EVENT_SCHEMAS, ...AUTHORITATIVE_SCHEMAS }).map(
    ([type, schema]) => [`event.${type}`, jsonSchema(schema)] as const,
  );
  const reports = Object.entries(REPORT_SCHEMAS).map(
    ([name, schema]) => [`${name}Report`, jsonSchema(schema)] as const,
  );
  const queries = Object.entries(REPORT_QUERY_SCHEMAS).map(
    ([name, schema]) => [`${name}Query`, jsonSchema(schema)] as const,
  );
  return {
    Problem: jsonSchema(problemSchema),
    EventBatch: withEvents(jsonSchema(batchEnvelopeSchema), Object.keys(EVENT_SCHEMAS)),
    ServerBatch: withEvents(jsonSchema(serverEnvelopeSchema), Object.keys(AUTHORITATIVE_SCHEMAS)),
    ...Object.fromEntries(events),
    Ack: jsonSchema(ackSchema),
    DurableBatches: jsonSchema(durableBatchesSchema),
    ClientConfig: jsonSchema(clientConfigSchema),
    ClientConfigChange: jsonSchema(clientConfigChangeSchema),
    ...Object.fromEntries(queries),
    ...Object.fromEntries(reports),
    QueueLedger: jsonSchema(queueLedgerSchema),
    FeatureQuery: jsonSchema(featureQuerySchema),
    FeatureRowsQuery: jsonSchema(featureRowsQuerySchema),
    FeatureCatalog: jsonSchema(featureCatalogSchema),
    Features: jsonSchema(featuresAnswerSchema),
    FlagQuery: jsonSchema(flagQuerySchema),
    FlagStreamQuery: jsonSchema(flagStreamQuerySchema),
    FlagTriage: jsonSchema(flagTriageSchema),
    MacroBatch: jsonSchema(macroBatchSchema),
    MacroQuery: jsonSchema(macroQuerySchema),
    Macro: jsonSchema(macroAnswerSchema),
    ProductDaysQuery: jsonSchema(productDaysQuerySchema),
    ProductDays: jsonSchema(productDaysAnswerSchema),
  };
}

/**
 * As a sender sees it. What JSON Schema cannot say (a time as text) is left open. Fields that are not known are taken and
 * left off, so an object is not closed unless its schema is strict.
 */
function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/** The envelope leaves its events open, because they are judged one by one. */
function withEvents(envelope: JsonSchema, types: readonly string[]): JsonSchema {
  const properties = envelope.properties as Readonly<Record<string, JsonSchema>>; // an object schema has them
  const items = {
    oneOf: types.map((type) => ({ $ref: refTo(`event.${type}`) })),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(types.map((type) => [type, refTo(`event.${type}`)])),
    },
  };
  return { ...envelope, properties: { ...properties, events: { ...properties.events, items } } };
}

export function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}
