import { inputError } from '../table/input-error.js';
import { MODEL_FORMAT, MODEL_KINDS, MODEL_VERSION, type Model } from './model.js';
import { sha256 } from './sha256.js';
import { utf8Bytes } from './utf8-bytes.js';

/** The model as text, its checksum in front: SHA-256 of the model's own JSON. */
export function writeModel(model: Model): string {
  const text = JSON.stringify(model);
  return `{"checksum":"${sha256(utf8Bytes(text))}","model":${text}}\n`;
}

/**
 * Reads what `writeModel` wrote, whatever has happened to it since.
 *
 * @throws {InputError} when it is no model of ours, of another version, or not what was written.
 */
export function readModel(text: string): Model {
  const file = parse(text);
  const model = isRecord(file) ? file.model : undefined;
  if (!isRecord(file) || !isRecord(model) || model.format !== MODEL_FORMAT) {
    throw inputError('This file is no Tidemark model: give one that `tidemark train` wrote.');
  }
  if (model.version !== MODEL_VERSION) {
    throw inputError(
      `The model is of version ${String(model.version)}, this release reads ${MODEL_VERSION}: train it anew.`,
    );
  }
  // JSON of the same keys in the same order gives the same text: parsing and writing again is the identity on our own.
  if (file.checksum !== sha256(utf8Bytes(JSON.stringify(model)))) {
    throw inputError('The model is damaged or was edited: its checksum does not fit. Take a copy, or train it anew.');
  }
  const kind = isRecord(model.body) ? model.body.kind : undefined;
  if (!MODEL_KINDS.some((known) => known === kind)) {
    throw inputError(`The model is of the kind "${String(kind)}", which this release does not know: train it anew.`);
  }
  return model as unknown as Model; // its checksum says that writeModel wrote it
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw inputError('The model file is no JSON, or cut off: take a copy of it, or train the model anew.');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
