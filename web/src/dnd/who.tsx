/** Who is at the table: a card each, in the order of their turns. */
import type { GameCreature } from "../protocol/messages";
import { chosen, game, pick } from "./book";
import { inOrder, mood, share } from "./model";

export function Who({ onPick }: { readonly onPick: () => void }) {
  const view = game.value;
  if (view === null) return null;
  return (
    <ul class="who" data-testid="who" aria-label="Who is at the table">
      {inOrder(view).map((one) => (
        <li key={one.id}>
          <Card
            one={one}
            now={view.encounter?.current === one.id}
            turn={view.encounter?.order.includes(one.id) === true ? one.initiative : null}
            picked={chosen.value?.id === one.id}
            onPick={() => {
              pick(one.id);
              onPick();
            }}
          />
        </li>
      ))}
      {view.creatures.length === 0 && <li class="card who-empty">Nobody is here yet.</li>}
    </ul>
  );
}

interface CardProps {
  readonly one: GameCreature;
  readonly now: boolean;
  /** Its initiative, in a fight. */
  readonly turn: number | null;
  readonly picked: boolean;
  readonly onPick: () => void;
}

function Card({ one, now, turn, picked, onPick }: CardProps) {
  return (
    <button
      type="button"
      class="card one"
      data-testid="creature"
      data-id={one.id}
      data-side={one.side}
      data-life={one.life}
      data-hidden={one.hidden}
      data-now={now}
      aria-pressed={picked}
      onClick={onPick}
    >
      {turn !== null && <span class="one-turn">{turn}</span>}
      <span class="one-name">{one.name}</span>
      <span class="one-hp" data-testid="hp">
        {points(one)}
      </span>
      <Bar one={one} />
      <Chips one={one} />
    </button>
  );
}

/** "14/20", or what anybody sees. */
export function points(one: GameCreature): string {
  if (one.life === "dead") return "dead";
  if (one.hp === null || one.max_hp === null) return one.health;
  return `${one.hp}/${one.max_hp}${one.temporary > 0 ? ` +${one.temporary}` : ""}`;
}

export function Bar({ one }: { readonly one: GameCreature }) {
  return (
    <span class="hp" data-mood={mood(one)} aria-hidden="true">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none">
        <rect class="hp-left" width={share(one) * 100} height="10" />
      </svg>
    </span>
  );
}

function Chips({ one }: { readonly one: GameCreature }) {
  const words = [
    ...(one.hidden ? ["hidden"] : []),
    ...(one.life === "stable" ? ["stable"] : []),
    ...one.conditions.map((held) => held.name),
    ...(one.exhaustion > 0 ? [`exhaustion ${one.exhaustion}`] : []),
    ...(one.concentration === "" ? [] : [`◈ ${one.concentration}`]),
  ];
  if (words.length === 0 && one.life !== "dying") return null;
  return (
    <span class="one-chips">
      {one.life === "dying" && <Saves one={one} />}
      {words.map((word) => (
        <span key={word} class="tag">
          {word}
        </span>
      ))}
    </span>
  );
}

/** Death saving throws: three lamps for life, three for death. */
export function Saves({ one }: { readonly one: GameCreature }) {
  const row = (count: number, kind: string) =>
    [0, 1, 2].map((place) => <i key={`${kind}${place}`} class="pip" data-kind={kind} data-on={place < count} />);
  return (
    <span class="saves" data-testid="death-saves" role="img" aria-label={`Death saves: ${one.successes} good, ${one.failures} bad`}>
      {row(one.successes, "good")}
      <b>·</b>
      {row(one.failures, "bad")}
    </span>
  );
}
