import { printable } from '../printable.js';
import { exitCodeOf, type Finding, type FindingStatus } from './finding.js';

const SIGNS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warn: '!', fail: '✗' };
/** SGR codes: green, yellow, red. */
const COLOURS: Readonly<Record<FindingStatus, string>> = { ok: '32', warn: '33', fail: '31' };
const VERDICTS = { 0: 'All is well.', 1: 'It works; look at what is marked.', 2: 'Something does not work.' };

/**
 * The findings for a person: a line each, and under what is not well, what to do.
 *
 * @param colour - whether the terminal shows colours.
 * @param width - columns; advice is wrapped to it.
 */
export function printFindings(
  findings: readonly Finding[],
  { colour, width }: { colour: boolean; width: number },
): string {
  const paint = (code: string, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const nameWidth = Math.max(...findings.map(({ name }) => name.length));
  const indent = ' '.repeat(nameWidth + 6);
  const lines: string[] = [];
  for (const [at, { group, name, status, detail, advice }] of findings.entries()) {
    if (findings[at - 1]?.group !== group) lines.push('', paint('1', group));
    const sign = paint(COLOURS[status], SIGNS[status]);
    const [first = '', ...rest] = wrap(printable(detail), width - indent.length);
    lines.push(`  ${sign} ${name.padEnd(nameWidth)}  ${first}`, ...rest.map((line) => indent + line));
    for (const line of wrap(printable(advice ?? ''), width - indent.length)) {
      lines.push(indent + paint(COLOURS[status], line));
    }
  }
  const code = exitCodeOf(findings);
  const verdict = paint(code === 0 ? COLOURS.ok : code === 1 ? COLOURS.warn : COLOURS.fail, VERDICTS[code]);
  const count = (status: FindingStatus) => findings.filter((finding) => finding.status === status).length;
  lines.push('', `${verdict} ${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail`, '');
  return lines.join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= Math.max(width, 20))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
