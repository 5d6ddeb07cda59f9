/**
 * A streaming sample-rate converter: a windowed-sinc low-pass, evaluated only where an output sample falls.
 *
 * Rates are Hz and whole numbers. With up/down = to/from in lowest terms there are `up` different positions of an
 * output sample between two input samples, so the filter is computed once per position (its "phases").
 */

/** Half the filter's length, in samples of the slower of the two rates. */
const HALF_WIDTH = 16;
/** Where the pass band ends, as a share of the lower Nyquist frequency: leaves room for the filter to fall. */
const PASS = 0.9;

export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly taps: number;
  private readonly phases: Float32Array[];
  /** Input not yet used up; starts with half a filter of silence so that the first output is on time. */
  private held: Float32Array;
  /** Position of the next output, in 1/up of an input sample, from the start of `held`. */
  private position = 0;

  constructor(from: number, to: number) {
    const common = gcd(from, to);
    this.up = to / common;
    this.down = from / common;
    const reach = Math.ceil(HALF_WIDTH * Math.max(1, from / to));
    this.taps = 2 * reach;
    const cutoff = 0.5 * Math.min(1, to / from) * PASS;
    this.phases = Array.from({ length: this.up }, (_, phase) => lowPass(this.taps, cutoff, phase / this.up));
    this.held = new Float32Array(reach - 1);
  }

  /** The converted sound that this block completes; the rest comes with the next one. */
  push(block: Float32Array): Float32Array {
    const input = new Float32Array(this.held.length + block.length);
    input.set(this.held);
    input.set(block, this.held.length);
    const output: number[] = [];
    let start = Math.floor(this.position / this.up);
    while (start + this.taps <= input.length) {
      output.push(this.at(input, start));
      this.position += this.down;
      start = Math.floor(this.position / this.up);
    }
    this.held = input.slice(Math.min(start, input.length));
    this.position -= Math.min(start, input.length) * this.up;
    return Float32Array.from(output);
  }

  private at(input: Float32Array, start: number): number {
    const filter = this.phases[this.position % this.up] as Float32Array;
    let sum = 0;
    for (let tap = 0; tap < this.taps; tap++) sum += (filter[tap] as number) * (input[start + tap] as number);
    return sum;
  }
}

/** A Blackman-windowed sinc around the middle tap plus `shift` (0 to 1 samples), with a gain of exactly 1 at 0 Hz. */
function lowPass(taps: number, cutoff: number, shift: number): Float32Array {
  const centre = taps / 2 - 1 + shift;
  const filter = new Float32Array(taps);
  for (let tap = 0; tap < taps; tap++) {
    const distance = tap - centre;
    const turn = (2 * Math.PI * (distance + taps / 2)) / taps;
    const window = 0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
    const x = 2 * Math.PI * cutoff * distance;
    filter[tap] = (Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x) * window;
  }
  const gain = filter.reduce((sum, weight) => sum + weight, 0);
  return filter.map((weight) => weight / gain);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
