import { type Campaign, hash } from '@tidemark/protocol';
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
      const mark = String(hash(JSON.stringify(campaign))); // nothing that the address said is kept: it has not been masked
      if (host.storage.get('campaign') !== mark) host.sessions.reset();
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
