/** What the table looks like, worked out from what the app told: pure, so that it can be tested. */
import type { GameCreature, GamePatch, GameView } from "../protocol/messages";

/** Lines of the log that a page keeps. */
const MOST_LINES = 200;

/** The view after a patch; the same view when the patch is about another campaign. */
export function patched(view: GameView | null, patch: GamePatch): GameView | null {
  if (patch.whole !== null) return patch.whole;
  if (view === null || view.campaign !== patch.campaign) return view;
  const told = new Map(patch.creatures.map((one) => [one.id, one]));
  const kept = view.creatures.filter((one) => !patch.gone.includes(one.id)).map((one) => told.get(one.id) ?? one);
  const known = new Set(kept.map((one) => one.id));
  return {
    ...view,
    seq: patch.seq,
    session: patch.session,
    encounter: patch.encounter,
    creatures: [...kept, ...patch.creatures.filter((one) => !known.has(one.id))],
    log: [...view.log, ...patch.lines].slice(-MOST_LINES),
  };
}

const SIDES = { party: 0, neutral: 1, enemy: 2 } as const;

/** In a fight those in the order of their turns first; else the party first, each side as it came. */
export function inOrder(view: GameView): readonly GameCreature[] {
  const turns = view.encounter?.order ?? [];
  const place = (one: GameCreature): number => {
    const turn = turns.indexOf(one.id);
    return turn === -1 ? turns.length + SIDES[one.side] : turn;
  };
  return [...view.creatures].sort((one, other) => place(one) - place(other));
}

/** Hit points left, 0 to 1; what somebody looks like where the numbers are not known. */
export function share(one: GameCreature): number {
  if (one.hp !== null && one.max_hp !== null && one.max_hp > 0) return Math.min(1, Math.max(0, one.hp / one.max_hp));
  return { unhurt: 1, hurt: 0.75, bloodied: 0.4, down: 0, dead: 0 }[one.health];
}

/** How worried the bar looks. */
export function mood(one: GameCreature): "well" | "hurt" | "low" | "out" {
  const left = share(one);
  if (one.life !== "up" || left === 0) return "out";
  return left > 0.5 ? "well" : left > 0.25 ? "hurt" : "low";
}

export function signed(bonus: number): string {
  return bonus < 0 ? `−${-bonus}` : `+${bonus}`;
}

/** Whom an attack of somebody is usually for: the standing of other sides first. */
export function targetsOf(view: GameView, who: string): readonly GameCreature[] {
  const side = view.creatures.find((one) => one.id === who)?.side;
  const worth = (one: GameCreature): number => (one.life === "dead" ? 4 : 0) + (one.side === side ? 2 : 0) + (one.life === "up" ? 0 : 1);
  return inOrder(view)
    .filter((one) => one.id !== who)
    .sort((one, other) => worth(one) - worth(other));
}

/** Dice tapped one by one as an expression: 2d6 and 1d4 and +3 make "2d6 + 1d4 + 3". */
export function expression(dice: ReadonlyMap<number, number>, plus: number): string {
  const parts = [...dice].filter(([, count]) => count > 0).map(([sides, count]) => `${count}d${sides}`);
  if (parts.length === 0) return "";
  return parts.join(" + ") + (plus === 0 ? "" : plus > 0 ? ` + ${plus}` : ` - ${-plus}`);
}
