import { expect, test } from "vitest";
import { parts } from "../src/model/timeline";

test("each part ends where its stage was reached", () => {
  const stages = { endpoint: 720, transcript: 722, first_word: 724, first_audio: 780, end: 2000 };

  expect(parts(stages)).toEqual([
    { name: "silence", length: 720 },
    { name: "hearing", length: 2 },
    { name: "thinking", length: 2 },
    { name: "voice", length: 56 },
  ]);
});

test("a typed question that nobody speaks has a thinking part only", () => {
  expect(parts({ first_word: 400, end: 900 })).toEqual([{ name: "thinking", length: 400 }]);
});

test("nothing is known of a turn that has just begun", () => {
  expect(parts({})).toEqual([]);
});
