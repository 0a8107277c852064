import type { LegFigures, Verdict } from './judge.ts';
import type { Limit } from './scenario.ts';

/** All that a run found. */
export interface Report {
  readonly scenario: string;
  readonly conditions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly rounds: number;
  /** Rounds that were thrown away because too much of the processors was stolen. */
  readonly discardedRounds: number;
  /** Of the rounds that count: the least and the most, as shares. */
  readonly stolen: { readonly min: number; readonly max: number };
  readonly legs: readonly LegFigures[];
  readonly verdicts: readonly Verdict[];
  readonly profile?: readonly string[];
}

/** For people: both sides' figures, the rows that were counted, then the ratios and their limits. */
export function reportLines(report: Report): string[] {
  const { min, max } = report.stolen;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    report.scenario,
    '',
    ...Object.entries(report.conditions).map(([name, value]) => `- ${name}: ${value}`),
    ...report.notes.map((note) => `- ${note}`),
    `- rounds: ${report.rounds}, ${report.discardedRounds} discarded; processor time stolen: ${percent(min)} to ${percent(max)}`,
    '',
    ...legTables(report.legs),
    ...table([
      ['ratio', 'median', 'min', 'max', 'limit', ''],
      ...report.verdicts.map(({ name, ratio, limit, holds }) => [
        name,
        ...[ratio.median, ratio.min, ratio.max].map(significant),
        limitText(limit),
        limit ? (holds ? 'holds' : 'MISSED') : '',
      ]),
    ]),
    ...(report.profile ? ['', 'Where the time goes', '', ...report.profile] : []),
  ];
}

function legTables(legs: readonly LegFigures[]): string[] {
  const timed = legs.flatMap(({ name, timesMs, rows }) =>
    timesMs
      ? [
          [
            name,
            ...[timesMs.p50, timesMs.p90, timesMs.p99, timesMs.mean].map(significant),
            `${timesMs.n}`,
            rowsText(rows),
          ],
        ]
      : [],
  );
  const counted = legs.flatMap(({ name, ratePerSecond: rate, n, rows }) =>
    rate ? [[name, ...[rate.median, rate.min, rate.max].map((each) => each.toFixed(0)), `${n}`, rowsText(rows)]] : [],
  );
  return [
    ...(timed.length > 0 ? [...table([['ms', 'p50', 'p90', 'p99', 'mean', 'n', 'rows'], ...timed]), ''] : []),
    ...(counted.length > 0 ? [...table([['per second', 'median', 'min', 'max', 'n', 'rows'], ...counted]), ''] : []),
  ];
}

function rowsText(rows: LegFigures['rows']): string {
  return Object.entries(rows)
    .map(([what, number]) => `${number} ${what}`)
    .join(', ');
}

function limitText(limit: Limit | undefined): string {
  if (!limit) return '-';
  return 'atMost' in limit ? `<= ${limit.atMost}` : `>= ${limit.atLeast}`;
}

/** Three digits that count. */
export function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** As Markdown, so that it can be kept as it is; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => (row[column] ?? '').length));
  const line = (row: readonly string[]) => `| ${row.map((text, column) => text.padEnd(width(column))).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${head.map((_, column) => '-'.repeat(width(column) + 2)).join('|')}|`, ...body.map(line)];
}
