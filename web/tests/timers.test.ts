import { expect, test } from "vitest";
import { clock, counting, left, share, spoken } from "../src/model/timers";
import type { TimerLine } from "../src/protocol/messages";
import { stageName, timingText } from "../src/model/words";

function timer(seconds: number, leftNow: number, id = 1): TimerLine {
  return { id, name: "", seconds, left: leftNow, state: "running", due: "2026-01-01T00:00:00Z", room: "" };
}

test("timers count down by the page's own clock and stop at zero", () => {
  const [counted] = counting([timer(300, 100)], 5_000);
  if (counted === undefined) throw new Error("no timer");

  expect([left(counted, 15_000), left(counted, 500_000), share(counted, 15_000)]).toEqual([90, 0, 0.3]);
});

test("the timer that rings next comes first", () => {
  expect(counting([timer(900, 800, 1), timer(60, 50, 2)], 0).map((t) => t.line.id)).toEqual([2, 1]);
});

test.each([
  [300, "5:00"],
  [299.2, "5:00"],
  [9.01, "0:10"],
  [0, "0:00"],
  [3_723, "1:02:03"],
])("%d seconds read %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test("a timer without a name is called by its length", () => {
  expect([spoken(300), spoken(60), spoken(5_400), spoken(45)]).toEqual(["5 minutes", "1 minute", "1 hour 30 minutes", "45 seconds"]);
});

test("stages have friendly names, and unknown ones are still readable", () => {
  expect([stageName("transcribe"), stageName("find_faces")]).toEqual(["hearing", "find faces"]);
  expect(timingText({ first_word: 420, first_clause: 500, end: 1_240 }).replaceAll("\u00a0", " ")).toBe(
    "first word 0.4 s · in all 1.2 s",
  );
});

test("in brief, the wait until something was heard is told", () => {
  expect(timingText({ first_word: 420, first_audio: 610, end: 1_240 }, true).replaceAll("\u00a0", " ")).toBe("first sound 0.6 s");
});
