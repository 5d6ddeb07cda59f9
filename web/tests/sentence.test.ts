import { expect, test } from "vitest";
import { wav } from "../src/audio/sentence";

test("a sentence is a WAV file of 16 kHz mono int16, its pieces in order", async () => {
  const bytes = await wav([Int16Array.of(1, -2), new Int16Array(0), Int16Array.of(300)]).arrayBuffer();
  const view = new DataView(bytes);
  const text = (at: number): string => String.fromCharCode(...new Uint8Array(bytes, at, 4));

  expect([text(0), text(8), text(12), text(36)]).toEqual(["RIFF", "WAVE", "fmt ", "data"]);
  expect([view.getUint32(4, true), view.getUint32(24, true), view.getUint32(28, true), view.getUint32(40, true)]).toEqual([
    42, 16_000, 32_000, 6,
  ]);
  expect([44, 46, 48].map((at) => view.getInt16(at, true))).toEqual([1, -2, 300]);
  expect(bytes.byteLength).toBe(50);
});
