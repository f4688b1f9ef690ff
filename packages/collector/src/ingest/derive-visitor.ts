import { createHmac } from 'node:crypto';
import { brandId, type VisitorId } from '@tidemark/protocol';
import type { Minimiser } from './minimise/minimiser.js';

/** How a workspace tells visitors apart without anything that is kept on their devices. */
export interface Cookieless {
  isOn(workspaceId: string): boolean;
  /** The salt of the day (UTC). */
  saltAt(nowMs: number): Promise<Buffer>;
}

/** What a browser cannot help telling. */
export interface Sender {
  readonly workspaceId: string;
  /** Already cut: /24 of IPv4, /48 of IPv6. */
  readonly ipPrefix: string;
  readonly userAgent: string;
}

/**
 * A visitor for as long as the salt is one day's: HMAC-SHA-256 over workspace, network and agent, in the form of a UUID. Two
 * people with the same browser in one network are one; a person is another one tomorrow, and in another workspace; and nobody
 * can find out from the id whose it is, or which ids of other days are theirs, once the salt is destroyed.
 *
 * @see RFC 9562, section 5.8: version 8 is for whatever is made by rules of one's own.
 */
export function deriveVisitor(salt: Buffer, { workspaceId, ipPrefix, userAgent }: Sender): VisitorId {
  const bytes = createHmac('sha256', salt)
    .update(JSON.stringify([workspaceId, ipPrefix, userAgent]))
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return brandId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

/** Whose values are ids that a browser kept. */
const VISITOR_NAME = /^(?:previous)?[_-]?visitor[_-]?id$/i;

/**
 * Has a minimiser put the derived visitor in the place of every id of a visitor that a batch names: an `alias` would say
 * which ids of other days are theirs.
 */
export function withVisitor(minimiser: Minimiser, visitorId: VisitorId): Minimiser {
  function replaceIn(fields: object): void {
    const values = fields as Record<string, unknown>; // of an event or a context, looked at by their names
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'object' && value !== null) replaceIn(value);
      else if (VISITOR_NAME.test(name)) values[name] = visitorId;
    }
  }

  return {
    text: minimiser.text,
    fields(fields) {
      minimiser.fields(fields);
      replaceIn(fields);
    },
    json(value) {
      const whole = { value: JSON.parse(minimiser.json(value ?? null)) as unknown };
      replaceIn(whole);
      return JSON.stringify(whole.value);
    },
  };
}
