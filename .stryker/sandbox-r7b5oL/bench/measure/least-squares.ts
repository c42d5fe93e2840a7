/** A linear model `y = Σ coefficient × predictor`, fitted to observations. */
// @ts-nocheck

export interface Fit {
  readonly coefficients: readonly number[];
  /** Share of the variance of `y` that the model explains: 1 is all of it. */
  readonly r2: number;
}

export interface Observation {
  readonly predictors: readonly number[];
  readonly y: number;
}

/**
 * Fits by least squares (normal equations). A constant is a predictor that is always 1.
 * @throws RangeError when the observations do not determine the coefficients.
 */
export function leastSquares(observations: readonly Observation[]): Fit {
  const width = observations[0]?.predictors.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => column);
  const sum = (term: (observation: Observation) => number) =>
    observations.reduce((total, observation) => total + term(observation), 0);
  const at = (observation: Observation, column: number) => observation.predictors[column] ?? 0;
  const matrix = columns.map((row) => [
    ...columns.map((column) => sum((each) => at(each, row) * at(each, column))),
    sum((each) => at(each, row) * each.y),
  ]);
  const coefficients = solve(matrix);
  return { coefficients, r2: explainedShare(observations, coefficients) };
}

/** The sum of coefficient × predictor. */
export function predict(coefficients: readonly number[], predictors: readonly number[]): number {
  return coefficients.reduce((sum, coefficient, column) => sum + coefficient * (predictors[column] ?? 0), 0);
}

function explainedShare(observations: readonly Observation[], coefficients: readonly number[]): number {
  const mean = observations.reduce((sum, { y }) => sum + y, 0) / observations.length;
  const total = observations.reduce((sum, { y }) => sum + (y - mean) ** 2, 0);
  const left = observations.reduce(
    (sum, { y, predictors }) => sum + (y - predict(coefficients, predictors)) ** 2,
    0,
  );
  return total === 0 ? 1 : 1 - left / total;
}

/** Gauss-Jordan elimination with partial pivoting on rows `[a1 … an | b]`. */
function solve(rows: number[][]): number[] {
  const matrix = rows.map((row) => [...row]);
  for (let column = 0; column < matrix.length; column++) {
    const pivot = takePivot(matrix, column);
    for (const [index, row] of matrix.entries()) {
      const factor = index === column ? 0 : (row[column] ?? 0) / (pivot[column] ?? 1);
      matrix[index] = row.map((value, at) => value - factor * (pivot[at] ?? 0));
    }
  }
  return matrix.map((row, index) => (row.at(-1) ?? 0) / (row[index] ?? 1));
}

function takePivot(matrix: number[][], column: number): number[] {
  const size = (row: readonly number[] | undefined) => Math.abs(row?.[column] ?? 0);
  const scale = Math.max(...matrix.map((row) => Math.max(...row.map(Math.abs))), Number.MIN_VALUE);
  let best = column;
  for (let row = column + 1; row < matrix.length; row++)
    if (size(matrix[row]) > size(matrix[best])) best = row;
  const pivot = matrix[best];
  if (pivot === undefined || size(pivot) < scale * 1e-14) {
    throw new RangeError('the observations do not determine the coefficients');
  }
  matrix[best] = matrix[column] ?? pivot;
  matrix[column] = pivot;
  return pivot;
}
