import { expect, test } from "vitest";
import { Cues } from "../src/audio/cues";
import { LEAD, Schedule } from "../src/audio/schedule";
import type { TagLine } from "../src/protocol/messages";

function face(tag: string, clause: number, turn = "t1"): TagLine {
  return { type: "tag", turn, tag, kind: "face", refused: "", clause };
}

test("a face waits for the clause it stands in", () => {
  const cues = new Cues();

  expect([cues.hold(face("happy", 0)), cues.hold(face("alert", 2))]).toEqual([true, true]);
  expect(cues.began("t1", 0).map((line) => line.tag)).toEqual(["happy"]);
  expect(cues.began("t1", 1)).toEqual([]);
  expect(cues.began("t1", 2).map((line) => line.tag)).toEqual(["alert"]);
});

test("where nothing is spoken, and in a clause that has begun, it shows at once", () => {
  const cues = new Cues();

  expect(cues.hold(face("happy", -1))).toBe(false);
  cues.began("t1", 1);
  expect(cues.hold(face("alert", 1))).toBe(false);
});

test("what no clause comes for shows when the turn is over, and another turn starts anew", () => {
  const cues = new Cues();
  cues.hold(face("happy", 3));

  expect(cues.over("t0")).toEqual([]);
  expect(cues.over("t1").map((line) => line.tag)).toEqual(["happy"]);
  cues.hold(face("sleeping", 4));
  expect(cues.began("t2", 5)).toEqual([]);
});

test("the schedule tells once when a clause begins to sound", () => {
  const schedule = new Schedule<string>();
  schedule.add({ clause: 0, length: 1, sound: "a", last: true }, false, 0);
  schedule.add({ clause: 1, length: 1, sound: "b", last: true }, false, 0);

  expect(schedule.began(0)).toBe(null);
  expect(schedule.began(LEAD)).toBe(0);
  expect(schedule.began(0.5)).toBe(null);
  expect(schedule.began(1.5)).toBe(1);
});

test("a clause that was over between two looks has begun, too", () => {
  const schedule = new Schedule<string>();
  schedule.add({ clause: 0, length: 0.01, sound: "a", last: true }, false, 0);

  expect(schedule.began(5)).toBe(0);
});
