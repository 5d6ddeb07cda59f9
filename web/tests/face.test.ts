import { describe, expect, test } from "vitest";
import { BLEND, Blend, between } from "../src/face/blend";
import { drawing } from "../src/face/drawing";
import { Blinker, Follower } from "../src/face/life";
import { lookPose, moodPose, POSES, type PoseName } from "../src/face/poses";

const NAMES = Object.keys(POSES) as PoseName[];
const STILL = { closed: 0, gazeX: 0, gazeY: 0, voice: 0 };

test.each(NAMES)("%s can be drawn, and any pose can turn into it", (name) => {
  for (const from of NAMES) {
    const halfway = drawing(between(POSES[from], POSES[name], 0.5), STILL);

    expect(Object.values(halfway).join(" ")).not.toMatch(/NaN|undefined|Infinity/);
  }
});

describe("a change of pose", () => {
  test("takes between 120 and 200 ms and arrives exactly", () => {
    const blend = new Blend(POSES.idle);
    blend.towards(POSES.happy, 1000);

    expect(BLEND).toBeGreaterThanOrEqual(120);
    expect(BLEND).toBeLessThanOrEqual(200);
    expect(blend.at(1000)).toEqual(POSES.idle);
    expect(blend.at(1000 + BLEND)).toEqual(POSES.happy);
  });

  test("goes on from where the face is when it is interrupted", () => {
    const blend = new Blend(POSES.idle);
    blend.towards(POSES.surprised, 0);
    const shown = blend.at(70);
    blend.towards(POSES.sad, 70);

    expect(blend.at(70)).toEqual(shown);
  });

  test("is immediate for people who asked for less motion", () => {
    const blend = new Blend(POSES.idle);
    blend.jump(POSES.error);

    expect(blend.at(0)).toEqual(POSES.error);
  });
});

test("eyes blink every three to seven seconds, and only for a moment", () => {
  const blinker = new Blinker(() => 0.5, 0);
  const closed = Array.from({ length: 2000 }, (_, n) => [n * 10, blinker.closed(n * 10)] as const).filter(([, c]) => c > 0.5);
  const begun = closed.filter(([at], n) => n === 0 || at - (closed[n - 1]?.[0] ?? 0) > 100).map(([at]) => at);

  expect(begun.length).toBeGreaterThanOrEqual(2);
  for (let n = 1; n < begun.length; n++) {
    const gap = (begun[n] as number) - (begun[n - 1] as number);
    expect(gap).toBeGreaterThanOrEqual(3000);
    expect(gap).toBeLessThanOrEqual(7500);
  }
});

test("the mouth opens with the voice", () => {
  expect(drawing(POSES.speaking, { ...STILL, voice: 1 }).mouth).not.toBe(drawing(POSES.speaking, STILL).mouth);
});

test("a sleeping face does not talk", () => {
  expect(drawing(POSES.sleeping, { ...STILL, voice: 1 }).mouth).toBe(drawing(POSES.sleeping, STILL).mouth);
});

test("moods come by name or by a word like it; unknown ones change nothing", () => {
  expect([moodPose("happy"), moodPose("Excited"), moodPose("face:love"), moodPose("roll_dice")]).toEqual(["happy", "happy", "love", null]);
  expect([moodPose("thinking"), moodPose("alert")], "moods, no states").toEqual(["curious", "surprised"]);
});

test("every face that an answer may ask for is there, and looks like no other", () => {
  const faces = ["idle", "happy", "listening", "thinking", "speaking", "error", "alert", "combat", "sleeping"].map(lookPose);
  const drawn = faces.map((name) => JSON.stringify(drawing(POSES[name ?? "idle"], STILL)));

  expect(faces).not.toContain(null);
  expect(new Set(drawn).size).toBe(faces.length);
  expect(lookPose("dragon")).toBe(null);
});

test.each(["happy", "calm", "dramatic", "sleepy", "excited", "sassy", "sad"])("%s is a mood the face can show", (mood) => {
  expect(moodPose(mood)).not.toBe(null);
});

test("a follower reaches what it follows", () => {
  const follower = new Follower(0.2);
  for (let n = 0; n < 100; n++) follower.towards(1, 16);

  expect(follower.value).toBe(1);
});
