import { readFileSync } from 'node:fs';
import { requestFeatures, type SessionRequest } from '@tidemark/analytics/anomalies';
import { discrimination, fitLogistic, tallyScores } from '@tidemark/analytics/scores';
import { isbot } from 'isbot';

export interface BotFigures {
  readonly units: number;
  readonly bots: number;
  readonly unreadable: number;
  /** Mean of five folds. */
  readonly auc: number;
}

interface Unit {
  /** The agent says so itself: the label, and never a feature. */
  readonly isBot: boolean;
  readonly requests: SessionRequest[];
}

const SESSION_GAP_MS = 30 * 60_000;
const FEWEST_REQUESTS = 3;
const FOLDS = 5;
/** A prior of variance one on each coefficient of a standardised feature. */
const RIDGE = 1;
const LINE = /^(\S+) \S+ \S.* \[([^\]]+)\] "((?:\\.|[^"\\])*)" (\d{3}) \S+ "((?:\\.|[^"\\])*)" "((?:\\.|[^"\\])*)"$/;
/** What a page draws itself with. */
const ASSET = /\.(css|m?js|map|png|jpe?g|gif|svg|ico|woff2?|ttf|eot|swf|webp)$/i;

/** Tells bots from people in an access log by what they do: trains on four fifths, ranks the fifth, five times. */
export function botFigures(file: string): BotFigures {
  const { units, unreadable } = readUnits(file);
  const rows = units.map(({ requests }) => requestFeatures(requests));
  const labels = units.map(({ isBot }) => isBot);
  const aucs = Array.from({ length: FOLDS }, (_, fold) => {
    const inFold = (i: number) => i % FOLDS === fold;
    const columns = standardised(rows, (i) => !inFold(i));
    const train = rows.flatMap((_row, i) => (inFold(i) ? [] : [i]));
    const test = rows.flatMap((_row, i) => (inFold(i) ? [i] : []));
    const { intercept, coefficients } = fitLogistic(
      columns.map((column) => Float64Array.from(train, (i) => column[i] ?? 0)),
      Uint8Array.from(train, (i) => Number(labels[i])),
      RIDGE,
    );
    const probabilities = test.map((i) => {
      const logOdds = columns.reduce((sum, column, at) => sum + (coefficients[at] ?? 0) * (column[i] ?? 0), intercept);
      return 1 / (1 + Math.exp(-logOdds));
    });
    const tally = tallyScores(
      probabilities,
      test.map((i) => Number(labels[i])),
    );
    const ranks = discrimination(tally);
    if (!ranks) throw new RangeError('a fold holds bots alone, or none');
    return ranks.auc;
  });
  const auc = aucs.reduce((sum, one) => sum + one, 0) / FOLDS;
  return { units: units.length, bots: labels.filter(Boolean).length, unreadable, auc };
}

/** The features column by column, by the mean and spread of the rows that are learnt from. */
function standardised(rows: readonly (readonly number[])[], isLearntFrom: (row: number) => boolean): Float64Array[] {
  return (rows[0] ?? []).map((_, feature) => {
    const values = rows.map((row) => row[feature] ?? 0);
    const learnt = values.filter((_value, i) => isLearntFrom(i));
    const mean = learnt.reduce((sum, value) => sum + value, 0) / learnt.length;
    const spread = Math.sqrt(learnt.reduce((sum, value) => sum + (value - mean) ** 2, 0) / learnt.length) || 1;
    return Float64Array.from(values, (value) => (value - mean) / spread);
  });
}

/** Units of one address and agent without a pause over 30 minutes, of three requests or more, by their first line. */
function readUnits(file: string): { units: Unit[]; unreadable: number } {
  const open = new Map<string, Unit & { lastMs: number }>();
  const all: Unit[] = [];
  const hits = readFileSync(file, 'utf8').trimEnd().split('\n').map(readLine);
  const read = hits.filter((hit) => hit !== undefined).sort((a, b) => a.request.atMs - b.request.atMs);
  for (const { who, agent, request } of read) {
    let unit = open.get(who);
    if (!unit || request.atMs - unit.lastMs > SESSION_GAP_MS) {
      unit = { isBot: isbot(agent), requests: [], lastMs: 0 };
      open.set(who, unit);
      all.push(unit);
    }
    unit.requests.push(request);
    unit.lastMs = request.atMs;
  }
  const units = all.filter(({ requests }) => requests.length >= FEWEST_REQUESTS);
  return { units, unreadable: hits.length - read.length };
}

function readLine(line: string): { who: string; agent: string; request: SessionRequest } | undefined {
  const [, address = '', stamp = '', requestLine = '', status = '', referrer = '', agent = ''] = LINE.exec(line) ?? [];
  // 17/May/2015:10:05:03 +0000 -> 17 May 2015 10:05:03 +0000, which Date.parse reads.
  const atMs = Date.parse(stamp.replace('/', ' ').replace('/', ' ').replace(':', ' '));
  if (Number.isNaN(atMs)) return undefined;
  const [method = '', target = ''] = requestLine.split(' ');
  const path = target.replace(/[?#].*$/, '');
  const isAsset = ASSET.test(path);
  const request = { atMs, method, path, status: Number(status), hasReferrer: referrer !== '-', isAsset };
  return { who: `${address} ${agent}`, agent, request };
}
