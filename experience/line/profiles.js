// The lines that can be simulated.

/**
 * Megabits a second (null: no limit), or a curve of them over a lap; and milliseconds until the first byte.
 * @type {Record<string, {name: string, latencyMs: number, mbps?: number | null, curve?: [share: number, mbps: number][]}>}
 */
export const PROFILES = {
  open: { name: 'No limit', mbps: null, latencyMs: 0 },
  fibre: { name: 'Fibre', mbps: 100, latencyMs: 5 },
  cable: { name: 'Cable', mbps: 25, latencyMs: 15 },
  dsl: { name: 'DSL', mbps: 6, latencyMs: 30 },
  mobile: { name: 'Mobile', mbps: 1.2, latencyMs: 90 },
  drop: {
    name: 'Drop and recover',
    curve: [
      [0, 8],
      [0.25, 8],
      [0.28, 0.8],
      [0.6, 0.8],
      [0.63, 8],
      [1, 8],
    ],
    latencyMs: 30,
  },
};

/** Seconds of one lap of a curve. */
export const LAP_SECONDS = 60;

const SLOWEST_MBPS = 0.2;
const FASTEST_MBPS = 100;

/** The value of a curve after `seconds`, interpolated between its points. */
export function along(curve, seconds, lapSeconds = LAP_SECONDS) {
  const at = (seconds / lapSeconds) % 1;
  const next = curve.findIndex(([point]) => point > at);
  const [[from, low], [to, high]] = [curve[next - 1], curve[next]];
  return low + ((at - from) / (to - from)) * (high - low);
}

/** The slider's positions, 0 to 1, are even steps of the logarithm. */
export const toMbps = (position) => SLOWEST_MBPS * (FASTEST_MBPS / SLOWEST_MBPS) ** position;
export const toPosition = (mbps) => Math.log(mbps / SLOWEST_MBPS) / Math.log(FASTEST_MBPS / SLOWEST_MBPS);
