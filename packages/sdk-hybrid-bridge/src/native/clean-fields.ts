import { type ConsentByPurpose, cutText, LIMITS, type Props, PURPOSES } from '@tidemark/protocol';

const LENGTHS: Readonly<Record<string, number>> = {
  page: LIMITS.urlLength,
  fromPage: LIMITS.urlLength,
  title: LIMITS.textLength,
};

export type Fields = Readonly<Record<string, unknown>>;

/**
 * An event's fields as the collector takes them: texts cut to their limit, props without what is no scalar, nothing that is
 * absent. Apps without types give whatever they like.
 */
export function cleanFields(fields: Fields): Fields {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    if (name === 'props' || name === 'traits') clean[name] = cleanProps(value);
    else if (typeof value === 'string') clean[name] = cutText(value, LENGTHS[name] ?? LIMITS.nameLength);
    else clean[name] = value;
  }
  return clean;
}

function cleanProps(props: unknown): Props {
  const clean: [string, string | number | boolean][] = [];
  for (const [key, value] of Object.entries(props ?? {})) {
    const isName = key !== '' && key.length <= LIMITS.propKeyLength && key !== '__proto__';
    if (!isName || clean.length === LIMITS.propsCount) continue;
    if (typeof value === 'string') clean.push([key, cutText(value, LIMITS.textLength)]);
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
      clean.push([key, value]);
  }
  return Object.fromEntries(clean);
}

/** Decisions on purposes that there are. */
export function cleanPurposes(purposes: ConsentByPurpose): ConsentByPurpose {
  const known = PURPOSES.map((purpose) => [purpose, purposes[purpose]] as const);
  return Object.fromEntries(known.filter(([, decision]) => decision === 'granted' || decision === 'denied'));
}
