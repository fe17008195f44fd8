import { writeFileSync } from 'node:fs';

const at = (took: number[], share: number) => took.toSorted((a, b) => a - b)[Math.floor((took.length - 1) * share)]!;

/** Hands the milliseconds that were measured to the benchmark. */
export function report(rows: { what: string; took: number[] }[]): void {
  writeFileSync(process.env.THROUGHLINE_BENCH_OUT!, JSON.stringify(rows.map(({ what, took }) => ({ what, p50: at(took, 0.5), p95: at(took, 0.95) }))));
}
