/** The three figures that every bench is made of. Pure. */

/** The middle one: a machine that others use too has outliers, and only upwards. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

export interface Sample {
  readonly size: number;
  readonly cost: number;
}

/** The e of cost = c * size^e, by least squares over the logarithms: 1 is linear, 2 is quadratic. */
export function exponent(samples: readonly Sample[]): number {
  const points = samples.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (pick: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const covariance = mean((point) => (point.x - x) * (point.y - y));
  return covariance / mean((point) => (point.x - x) ** 2);
}

/** Three figures that count: 0.00412 is 0.00412, 1234.5 is 1230. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
