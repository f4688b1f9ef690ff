import { TidemarkError } from '../observe/errors.js';

export interface ReportOptions {
  readonly json?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly surface?: string;
  readonly app?: string;
  readonly limit?: string;
  readonly purpose?: string;
  readonly timeZone?: string;
  readonly interval?: string;
  readonly orderBy?: string;
  readonly order?: string;
  readonly cursor?: string;
  readonly window?: string;
  readonly periods?: string;
  readonly minutes?: string;
  readonly by?: string;
  readonly goal?: string;
  readonly format?: string;
  readonly segment?: readonly string[];
  readonly step?: readonly string[];
}

/** What the collector is asked, of what the command line was given. @throws {TidemarkError} `report_unreadable`. */
export function reportParameters(options: ReportOptions): URLSearchParams {
  const { app, window, segment, step, json: _json, ...same } = options;
  const parameters = {
    ...same,
    appId: app,
    windowSeconds: window,
    segment: segment && JSON.stringify(segment.map(readCondition)),
    steps: step && JSON.stringify(step.map(readStep)),
  };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, value);
  return search;
}

/** `country=CN,HK`, `release!=4.0`, `did=goal:paid`, `didNot=view:/help`. */
function readCondition(text: string): object {
  const [, field = '', not = '', value = ''] = /^(\w+)(!?)=(.*)$/s.exec(text) ?? [];
  if (field === '') {
    throw unreadable('--segment', text, 'country=CN,HK, release!=4.0, did=goal:paid or didNot=view:/help');
  }
  if (field === 'did' || field === 'didNot') return { [field]: readStep(value) };
  return { field, [not === '' ? 'is' : 'isNot']: value.split(',') };
}

/** `view:/funds`, `goal:paid`, `order:subscribe.placed`, `click:buy`, `custom:search`. */
function readStep(text: string): object {
  const [, kind = '', what = ''] = /^(view|goal|order|click|custom):(.*)$/s.exec(text) ?? [];
  if (kind === '')
    throw unreadable('a step', text, 'view:/funds, goal:paid, order:subscribe.placed, click:buy or custom:search');
  if (kind !== 'order') return { [kind]: what };
  const [order, phase] = what.split('.');
  return { order, phase };
}

/** The collector would say it in the words of its interface, where steps are a list. */
export function requireSteps({ step = [] }: ReportOptions): void {
  if (step.length >= 2) return;
  throw new TidemarkError(
    'report_unreadable',
    'a funnel needs two steps or more: --step view:/funds --step goal:paid; also order:subscribe.placed, click:buy and custom:search',
  );
}

function unreadable(what: string, text: string, forms: string): TidemarkError {
  return new TidemarkError('report_unreadable', `${what} cannot be read from "${text}": write it like ${forms}`);
}
