/** Sound as the app wants it: 80 ms frames of 16 kHz mono int16. */

/** Hz. */
export const RATE = 16_000;
/** Samples in 80 ms. */
export const FRAME = 1_280;

/** Collects samples (float, -1 to 1) and gives them back as whole frames of little-endian int16. */
export class Framer {
  private readonly filling = new Float32Array(FRAME);
  private filled = 0;

  push(samples: Float32Array): Int16Array[] {
    const frames: Int16Array[] = [];
    for (let from = 0; from < samples.length; ) {
      const count = Math.min(FRAME - this.filled, samples.length - from);
      this.filling.set(samples.subarray(from, from + count), this.filled);
      this.filled += count;
      from += count;
      if (this.filled === FRAME) {
        frames.push(int16(this.filling));
        this.filled = 0;
      }
    }
    return frames;
  }
}

/** Float samples as int16; what is too loud is clipped, never wrapped. */
export function int16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767));
}

/** Int16 samples from the wire (little-endian; an odd last byte is dropped) as floats. */
export function floats(pcm: ArrayBuffer): Float32Array<ArrayBuffer> {
  const view = new DataView(pcm);
  const samples = new Float32Array(Math.floor(pcm.byteLength / 2));
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true) / 32_768;
  return samples;
}

/** The loudness of a block as something to draw: 0 is silence, 1 is as loud as speech gets. */
export function loudness(samples: ArrayLike<number>, full: number): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += ((samples[index] as number) / full) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  // -50 dB and below is nothing, -14 dB is loud speech.
  return Math.max(0, Math.min(1, (20 * Math.log10(rms + 1e-9) + 50) / 36));
}
