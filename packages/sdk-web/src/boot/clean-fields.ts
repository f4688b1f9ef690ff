import { LIMITS, type Props } from '@tidemark/protocol';
import type { EventFields } from '../track/event-fields.js';

/** How long each text may be; what has no entry is a name. */
const LENGTHS: Readonly<Record<string, number>> = {
  page: LIMITS.urlLength,
  url: LIMITS.urlLength,
  referrer: LIMITS.urlLength,
  title: LIMITS.textLength,
  message: LIMITS.textLength,
};

/**
 * An event's fields as the collector takes them: texts cut to their limit, props without what is no scalar.
 * A title that is too long must not cost the event.
 *
 * @param onDropped - called with the number of props that had to go.
 */
export function cleanFields(fields: EventFields, onDropped: (props: number) => void): EventFields {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'props' || name === 'traits') clean[name] = cleanProps(value as Props, onDropped);
    else clean[name] = typeof value === 'string' ? cut(value, LENGTHS[name] ?? LIMITS.nameLength) : value;
  }
  return clean as unknown as EventFields; // the same fields, shortened
}

function cleanProps(props: Props, onDropped: (props: number) => void): Props {
  const clean: Record<string, string | number | boolean> = {};
  let kept = 0;
  let dropped = 0;
  for (const [key, value] of Object.entries(props)) {
    const scalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (!scalar || key === '' || key.length > LIMITS.propKeyLength || kept === LIMITS.propsCount) {
      dropped++;
    } else {
      clean[key] = typeof value === 'string' ? cut(value, LIMITS.textLength) : value;
      kept++;
    }
  }
  if (dropped > 0) onDropped(dropped);
  return clean;
}

/** Cuts between characters, never inside one. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
