import { describe, expect, test } from "vitest";
import { FRAME, Framer, floats, int16, loudness, RATE } from "../src/audio/frames";
import { Resampler } from "../src/audio/resample";

function sine(rate: number, pitch: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, n) => 0.5 * Math.sin((2 * Math.PI * pitch * n) / rate));
}

/** Converted in blocks of 128, as the audio thread gets them. */
function converted(from: number, sound: Float32Array): Float32Array {
  const resampler = new Resampler(from, RATE);
  const blocks: number[] = [];
  for (let at = 0; at < sound.length; at += 128) blocks.push(...resampler.push(sound.subarray(at, at + 128)));
  return Float32Array.from(blocks);
}

/** RMS away from both ends, where the filter is full. */
function level(sound: Float32Array): number {
  const middle = sound.subarray(200, -200);
  return Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0) / middle.length);
}

/** The frequency by counting upward zero crossings. */
function pitchOf(sound: Float32Array): number {
  const middle = sound.subarray(200, -200);
  let crossings = 0;
  for (let n = 1; n < middle.length; n++) if ((middle[n - 1] as number) < 0 && (middle[n] as number) >= 0) crossings++;
  return (crossings * RATE) / middle.length;
}

describe.each([48_000, 44_100, 96_000, 16_000, 8_000])("from %i Hz", (rate) => {
  test("a second of sound stays a second", () => {
    expect(Math.abs(converted(rate, sine(rate, 1000, 1)).length - RATE)).toBeLessThan(40);
  });

  test("a tone of 1 kHz keeps its pitch and its loudness", () => {
    const tone = converted(rate, sine(rate, 1000, 1));

    expect(pitchOf(tone)).toBeCloseTo(1000, -1);
    expect(level(tone)).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });
});

test.each([9_000, 11_000, 15_000])("%i Hz, above what 16 kHz can hold, does not come back as another tone", (pitch) => {
  const ghost = level(converted(48_000, sine(48_000, pitch, 1)));

  expect(20 * Math.log10(ghost / (0.5 / Math.SQRT2))).toBeLessThan(-60);
});

test("frames are 80 ms and nothing is lost between them", () => {
  const framer = new Framer();
  const sound = Float32Array.from({ length: 3 * FRAME + 7 }, (_, n) => (n % 100) / 200);
  const frames = [];
  for (let at = 0; at < sound.length; at += 43) frames.push(...framer.push(sound.subarray(at, at + 43)));

  expect(frames.map((frame) => frame.length)).toEqual([FRAME, FRAME, FRAME]);
  expect(frames.flatMap((frame) => [...frame])).toEqual([...int16(sound.subarray(0, 3 * FRAME))]);
});

test("what is too loud is clipped, never wrapped", () => {
  expect([...int16(Float32Array.of(2, -2, 1, 0))]).toEqual([32_767, -32_767, 32_767, 0]);
});

test("samples from the wire are little-endian, and half a sample is dropped", () => {
  expect([...floats(Uint8Array.of(0x00, 0x40, 0x00, 0xc0, 0x01).buffer)]).toEqual([0.5, -0.5]);
});

test("loudness is nothing in silence and full for a shout", () => {
  expect(loudness(new Float32Array(100), 1)).toBe(0);
  expect(loudness(new Float32Array(100).fill(0.5), 1)).toBe(1);
});
