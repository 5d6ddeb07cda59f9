import { expect, test } from "vitest";
import { LEAD, Schedule } from "../src/audio/schedule";

function piece(clause: number, length: number, sound: string, last = false) {
  return { clause, length, sound, last };
}

test("pieces follow each other without a gap", () => {
  const schedule = new Schedule<string>();
  const starts = ["a", "b", "c"].flatMap((sound) => schedule.add(piece(0, 0.5, sound), false, 10).play.map((p) => p.start));

  expect(starts).toEqual([10 + LEAD, 10.5 + LEAD, 11 + LEAD]);
});

test("after a pause in the line the next piece starts at once, not in the past", () => {
  const schedule = new Schedule<string>();
  schedule.add(piece(0, 0.5, "a"), false, 0);

  expect(schedule.add(piece(0, 0.5, "b"), false, 3).play[0]?.start).toBe(3 + LEAD);
});

test("a clause is heard when its last piece is over, and only once", () => {
  const schedule = new Schedule<string>();
  schedule.add(piece(0, 0.5, "a"), false, 0);
  schedule.add(piece(0, 0.5, "b", true), false, 0);

  expect(schedule.heard(0.6)).toEqual([]);
  expect(schedule.heard(1 + LEAD)).toEqual([0]);
  expect(schedule.heard(2)).toEqual([]);
  expect(schedule.empty).toBe(true);
});

test("when a voice breaks, the rest of its clause is dropped and what was heard stays heard", () => {
  const schedule = new Schedule<string>();
  for (const sound of ["a", "b", "c"]) schedule.add(piece(0, 1, sound), false, 0);
  schedule.heard(1.5);
  const plan = schedule.add(piece(0, 2, "again", true), true, 1.5);

  expect(plan.drop.map((p) => p.sound)).toEqual(["b", "c"]);
  expect(plan.play.map((p) => [p.sound, p.start])).toEqual([["again", 1.5 + LEAD]]);
});

test("a clause said again pushes later clauses back instead of talking over them", () => {
  const schedule = new Schedule<string>();
  schedule.add(piece(0, 1, "broken"), false, 0);
  schedule.add(piece(1, 1, "next", true), false, 0);
  const plan = schedule.add(piece(0, 2, "again", true), true, 0.5);

  expect(plan.play.map((p) => p.sound)).toEqual(["again", "next"]);
  expect(plan.play[1]?.start).toBeCloseTo(0.5 + LEAD + 2);
  expect(plan.drop.map((p) => p.sound)).toEqual(["broken", "next"]);
});

test("cleared, nothing is heard any more", () => {
  const schedule = new Schedule<string>();
  schedule.add(piece(0, 1, "a", true), false, 0);

  expect(schedule.clear().map((p) => p.sound)).toEqual(["a"]);
  expect(schedule.heard(9)).toEqual([]);
});
