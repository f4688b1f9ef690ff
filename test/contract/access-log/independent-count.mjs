/*
 * Counts an access log a second time, sharing no code and no method with the project: it reads fields from the right
 * of a line, sorts all lines of all visitors at once, and walks them once with a table of who is where.
 *
 *   node independent-count.mjs FILE      prints JSON
 */
import { readFileSync } from 'node:fs';

const HALF_HOUR = 1800; // seconds; a longer pause ends a session
const DAY = 86400; // seconds; no dwell is longer
const ASSETS =
  /\.(?:css|m?js|map|wasm|xslt?|swf|png|jpe?g|gif|svg|ico|cur|webp|avif|bmp|tiff?|woff2?|[to]tf|eot|mp[34]|m4[av]|wav|og[agv]|flac|webm|avi|mov|[wm]mv|flv|m3u8|ts|vtt|pdf|ps|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|epub|zip|gz|bz2|xz|tar|tgz|tbz2|rar|7z|[jw]ar|gem|whl|deb|rpm|[ai]pk|ipa|exe|msi|dmg|iso|bin|pyc|xml|rss|atom|rdf|jsonp?|txt|webmanifest|appcache)$/i;
// Anchored at the end: agent, referrer, size and status are read before what stands in front of them.
const TAIL = /" (\d\d\d) (-|\d+) "((?:\\.|[^\\"])*)" "((?:\\.|[^\\"])*)"$/;
const HEAD = /^(\S+) \S+ \S[^"]* \[([^\]]+)\] "((?:\\.|[^\\"])*)$/;

function secondsOf(stamp) {
  // 17/May/2015:10:05:03 +0000 -> 17 May 2015 10:05:03 +0000, which Date.parse reads
  const seconds = Date.parse(stamp.replace('/', ' ').replace('/', ' ').replace(':', ' ')) / 1000;
  const [day, month, year] = stamp.split(/[/:]/);
  const lastDay = new Date(Date.parse(`1 ${month} ${year} UTC`));
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  if (Number(day) > lastDay.getUTCDate()) return undefined; // Date.parse takes 31 February for 3 March
  const plausible = seconds >= Date.UTC(2000, 0) / 1000 && seconds < Date.UTC(2100, 0) / 1000;
  return plausible ? seconds : undefined;
}

function middle(values) {
  if (values.length === 0) return null;
  const ordered = Float64Array.from(values).sort();
  const half = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
}

const hits = [];
let unparsable = 0;
const text = readFileSync(process.argv[2], 'utf8');
const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
for (const [index, raw] of lines.entries()) {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const tail = TAIL.exec(line);
  const head = tail && HEAD.exec(line.slice(0, tail.index));
  const at = head ? secondsOf(head[2]) : undefined;
  if (at === undefined) {
    unparsable += 1;
    continue;
  }
  const parts = head[3].split(' ');
  const isRequest =
    /^[^\\]+$/.test(parts[0]) && (parts.length === 2 || (parts.length === 3 && /^HTTP\/\d/.test(parts[2])));
  const page = isRequest ? parts[1].replace(/^https?:\/\/[^/?]*/i, '').replace(/\?.*$/s, '') || '/' : '';
  const status = Number(tail[1]);
  hits.push({
    at,
    order: index,
    who: `${head[1]} ${tail[4]}`,
    page,
    isView:
      isRequest &&
      ['GET', 'HEAD'].includes(parts[0]) &&
      (Math.floor(status / 100) === 2 || status === 304) &&
      !ASSETS.test(page),
  });
}
hits.sort((a, b) => a.at - b.at || a.order - b.order);

// One walk over everybody's hits. A session is closed when its visitor comes back too late, or at the end.
const open = new Map();
const closed = [];
const pages = new Map();
const dayOf = (at) => new Date(at * 1000).toISOString().slice(0, 10);
let viewEnds = 0;
for (const hit of hits) {
  let session = open.get(hit.who);
  if (session === undefined || hit.at - session.lastAt > HALF_HOUR) {
    if (session !== undefined) closed.push(session);
    session = { who: hit.who, startedAt: hit.at, lastAt: hit.at, hits: 0, viewEnds: 0, views: [] };
    open.set(hit.who, session);
  }
  session.lastAt = hit.at;
  session.hits += 1;
  if (!hit.isView) continue;
  if (!pages.has(hit.page))
    pages.set(hit.page, { views: 0, who: new Set(), entries: 0, exits: 0, bounces: 0, dwells: [] });
  const page = pages.get(hit.page);
  page.views += 1;
  page.who.add(hit.who);
  const before = session.views.at(-1);
  if (before === undefined) page.entries += 1;
  else if (hit.at - before.at <= DAY) {
    pages.get(before.page).dwells.push((hit.at - before.at) * 1000);
    session.viewEnds += 1;
    viewEnds += 1;
  }
  session.views.push(hit);
}
closed.push(...open.values());

const days = new Map();
const figures = () => ({ sessions: 0, who: new Set(), events: 0, views: 0, bounces: 0, durations: [] });
const all = figures();
for (const session of closed) {
  const last = session.views.at(-1);
  if (last !== undefined) pages.get(last.page).exits += 1;
  const bounced = session.views.length === 1;
  if (bounced) pages.get(last.page).bounces += 1;
  const day = dayOf(session.startedAt);
  if (!days.has(day)) days.set(day, figures());
  for (const sum of [all, days.get(day)]) {
    sum.sessions += 1;
    sum.who.add(session.who);
    sum.events += session.hits + session.viewEnds;
    sum.views += session.views.length;
    sum.bounces += bounced ? 1 : 0;
    sum.durations.push((session.lastAt - session.startedAt) * 1000);
  }
}
const figuresOut = (sum) => ({
  sessions: sum.sessions,
  visitors: sum.who.size,
  events: sum.events,
  views: sum.views,
  bounces: sum.bounces,
  bounceRatio: sum.sessions === 0 ? 0 : sum.bounces / sum.sessions,
  durationMsMedian: middle(sum.durations) ?? 0,
});
const mapOut = (map, out) =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, out(value)]));

const views = hits.filter((hit) => hit.isView).length;
process.stdout.write(
  `${JSON.stringify({
    lines: lines.length,
    unparsable,
    views,
    requests: hits.length - views,
    viewEnds,
    events: hits.length + viewEnds,
    visitors: all.who.size,
    sessions: all.sessions,
    sessionsOfThreeHits: closed.filter((session) => session.hits >= 3).length,
    bounces: all.bounces,
    bounceRatio: figuresOut(all).bounceRatio,
    durationMsMedian: figuresOut(all).durationMsMedian,
    firstAt: hits.length === 0 ? null : hits[0].at * 1000,
    lastAt: hits.length === 0 ? null : hits[hits.length - 1].at * 1000,
    days: mapOut(days, figuresOut),
    pages: mapOut(pages, (page) => ({
      views: page.views,
      visitors: page.who.size,
      entries: page.entries,
      exits: page.exits,
      bounces: page.bounces,
      dwellMsMedian: middle(page.dwells),
    })),
  })}\n`,
);
