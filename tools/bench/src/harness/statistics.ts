/** A sample's shape in a few numbers. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** The value that a share of the values lies at or below, interpolated between neighbours. Throws without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('no values');
  return below + (above - below) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function summarise(values: readonly number[]): Summary {
  return {
    n: values.length,
    mean: mean(values),
    p50: quantile(values, 0.5),
    p90: quantile(values, 0.9),
    p99: quantile(values, 0.99),
  };
}

/** Ratios of what was measured side by side: only these mean something on a machine shared with others. */
export interface RatioSummary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summariseRatios(ratios: readonly number[]): RatioSummary {
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
