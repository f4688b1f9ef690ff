import type { Campaign } from '@tidemark/protocol';
import type { Feature } from './feature.js';

/** Which parameter of an address tells which part of a campaign. */
const PARAMETERS = [
  ['source', 'utm_source'],
  ['medium', 'utm_medium'],
  ['name', 'utm_campaign'],
  ['term', 'utm_term'],
  ['content', 'utm_content'],
] as const;

/**
 * Notes the campaign that an address names (`utm_source` and its kin) on the page view. Another campaign than the last
 * begins a new session.
 */
export function campaigns(): Feature {
  return (host) => {
    host.atViewStart(() => {
      const campaign = readCampaign(location.search);
      if (!campaign) return {};
      const mark = hash(JSON.stringify(campaign)); // nothing that the address said is kept: it has not been masked
      if (host.storage.get('campaign') !== mark) host.newSession();
      host.storage.set('campaign', mark);
      return { campaign };
    });
    return () => undefined;
  };
}

function readCampaign(search: string): Campaign | undefined {
  const params = new URLSearchParams(search);
  const found = PARAMETERS.flatMap(([field, parameter]) => {
    const value = params.get(parameter);
    return value ? [[field, value] as const] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/**
 * FNV-1a, 32 bits, over UTF-16 units.
 *
 * @see G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", RFC 9923.
 */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return String(value);
}
