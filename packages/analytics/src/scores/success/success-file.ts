import { MODEL_FORMAT } from '../models/model.js';
import { sha256 } from '../models/sha256.js';
import { utf8Bytes } from '../models/utf8-bytes.js';
import { inputError } from '../table/input-error.js';
import { ORDER_SIDES, SUCCESS_FORMAT, SUCCESS_VERSION, type SuccessModel } from './fit-success.js';

/** A model of success as text, its checksum in front. */
export interface SealedSuccess {
  readonly checksum: string;
  readonly text: string;
}

export function sealSuccess(model: SuccessModel): SealedSuccess {
  const body = JSON.stringify(model);
  const checksum = sha256(utf8Bytes(body));
  return { checksum, text: `{"checksum":"${checksum}","model":${body}}\n` };
}

/**
 * Reads what `sealSuccess` wrote, whatever has happened to it since.
 *
 * @throws {InputError} when it is no such model, of another version, or not what was written.
 */
export function unsealSuccess(text: string): { readonly checksum: string; readonly model: SuccessModel } {
  const file = parse(text);
  const model = file?.model;
  if (model?.format !== SUCCESS_FORMAT) {
    const other = model?.format === MODEL_FORMAT ? ': it is a model of a table' : '';
    throw inputError(
      `This is no model of the success of orders${other}. Give one that a collector wrote beside its WAL, in models.`,
    );
  }
  if (model.version !== SUCCESS_VERSION) {
    throw inputError(
      `The model is of version ${String(model.version)}, this release reads ${SUCCESS_VERSION}: train it anew.`,
    );
  }
  const checksum = sha256(utf8Bytes(JSON.stringify(model)));
  if (file?.checksum !== checksum || ORDER_SIDES.some((side) => !model.sides?.[side])) {
    throw inputError('The model is damaged or was edited: its checksum does not fit. Take a copy, or train it anew.');
  }
  return { checksum, model: model as SuccessModel }; // its checksum says that sealSuccess wrote it
}

interface AnyFile {
  readonly checksum?: unknown;
  readonly model?: Partial<Omit<SuccessModel, 'format' | 'version'>> & {
    readonly format?: unknown;
    readonly version?: unknown;
  };
}

function parse(text: string): AnyFile | null {
  try {
    return JSON.parse(text);
  } catch {
    throw inputError('The model is no JSON, or cut off: take a copy of it, or train it anew.');
  }
}
