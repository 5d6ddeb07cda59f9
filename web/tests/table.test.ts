import { expect, test } from "vitest";
import { expression, inOrder, mood, patched, share, signed, targetsOf } from "../src/dnd/model";
import type { GameCreature, GamePatch, GameView } from "../src/protocol/messages";

function creature(id: string, more: Partial<GameCreature> = {}): GameCreature {
  return {
    id, name: id, side: "party", player: "", mine: true, hidden: false, life: "up", health: "unhurt", hp: 10, max_hp: 10,
    ac: 12, temporary: 0, speed: 30, conditions: [], exhaustion: 0, concentration: "", successes: 0, failures: 0, slots: [],
    attacks: [], spells: [], spent: [], initiative: null, level: 1, xp: 0, challenge: "", inspiration: false, ...more,
  };
}

const GOBLIN = creature("goblin", { side: "enemy" });
const VIEW: GameView = {
  campaign: 1, name: "Tale", branch: 1, seq: 3, seat: "dm", seats: ["dm"], session: "Monday", edition: "5.2.1", encounter: null,
  creatures: [GOBLIN, creature("mira"), creature("tor")], log: [],
};
const PATCH: GamePatch = { campaign: 1, seq: 4, session: "Monday", encounter: null, creatures: [], gone: [], lines: [], whole: null };

test("a patch changes, adds and takes away creatures and appends what was said", () => {
  const line = { told: "hurt" as const, text: "Mira takes 4 damage.", who: "mira", faces: [4], total: 4, secret: false };
  const view = patched(VIEW, { ...PATCH, creatures: [creature("mira", { hp: 6 }), creature("wolf")], gone: ["tor"], lines: [line] });

  expect(view?.creatures.map((one) => [one.id, one.hp])).toEqual([["goblin", 10], ["mira", 6], ["wolf", 10]]);
  expect([view?.seq, view?.log]).toEqual([4, [line]]);
});

test("a patch of another campaign is not ours, and a whole view replaces everything", () => {
  expect(patched(VIEW, { ...PATCH, campaign: 2 })).toBe(VIEW);
  expect(patched(null, PATCH)).toBeNull();
  expect(patched(null, { ...PATCH, whole: VIEW })).toBe(VIEW);
});

test("in a fight the order is that of the turns, else the party comes first", () => {
  const fight = { name: "", round: 1, current: "tor", order: ["tor", "goblin"] };

  expect(inOrder(VIEW).map((one) => one.id)).toEqual(["mira", "tor", "goblin"]);
  expect(inOrder({ ...VIEW, encounter: fight }).map((one) => one.id)).toEqual(["tor", "goblin", "mira"]);
});

test("an attack is offered at standing enemies first, and at the dead last", () => {
  const dead = creature("bat", { side: "enemy", life: "dead", hp: 0 });

  expect(targetsOf({ ...VIEW, creatures: [...VIEW.creatures, dead] }, "mira").map((one) => one.id)).toEqual(["goblin", "tor", "bat"]);
});

test("a bar shows hit points, or what anybody sees where they are not known", () => {
  expect(share(creature("mira", { hp: 4 }))).toBe(0.4);
  expect(mood(creature("mira", { hp: 2 }))).toBe("low");
  expect(share(creature("goblin", { hp: null, max_hp: null, health: "bloodied" }))).toBe(0.4);
  expect(mood(creature("mira", { hp: 0, life: "dying" }))).toBe("out");
});

test("tapped dice read as players write them", () => {
  expect(expression(new Map([[6, 2], [4, 1]]), 3)).toBe("2d6 + 1d4 + 3");
  expect(expression(new Map([[20, 1]]), -2)).toBe("1d20 - 2");
  expect(expression(new Map(), 2)).toBe("");
  expect([signed(5), signed(-1)]).toEqual(["+5", "−1"]);
});
