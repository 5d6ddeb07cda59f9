/** The dice tray: tap what is thrown, or write it down; the faces lie in front of everybody. */
import { useState } from "preact/hooks";
import type { GameLine } from "../protocol/messages";
import type { Call } from "./calls";
import { expression } from "./model";

const SIDES = [4, 6, 8, 10, 12, 20, 100] as const;
/** Corners of each die's outline on a face of 100 x 100. */
const OUTLINES: Readonly<Record<number, string>> = {
  4: "50,10 94,86 6,86",
  6: "16,16 84,16 84,84 16,84",
  8: "50,6 92,50 50,94 8,50",
  10: "50,6 94,44 84,66 50,94 16,66 6,44",
  12: "50,5 82,16 97,50 82,84 50,95 18,84 3,50 18,16",
  20: "50,4 90,27 90,73 50,96 10,73 10,27",
  100: "50,4 74,10 92,28 96,50 92,72 74,90 50,96 26,90 8,72 4,50 8,28 26,10",
};

interface DiceProps {
  readonly result: readonly GameLine[];
  readonly onCall: (call: Call) => Promise<boolean>;
  /** Whether throws may be kept from the players. */
  readonly dm: boolean;
}

export function DiceTray({ result, onCall, dm }: DiceProps) {
  const [written, setWritten] = useState("");
  const [tapped, setTapped] = useState<ReadonlyMap<number, number>>(new Map());
  const [plus, setPlus] = useState(0);
  const [secret, setSecret] = useState(false);
  const dice = written.trim() || expression(tapped, plus);
  const clear = (): void => {
    setWritten("");
    setTapped(new Map());
    setPlus(0);
  };
  const roll = async (advantage: "none" | "advantage" | "disadvantage"): Promise<void> => {
    if (await onCall({ call: "roll", dice: dice || "1d20", advantage, secret })) clear();
  };
  const thrown = result.findLast((line) => line.faces.length > 0);
  return (
    <div class="dice" data-testid="dice">
      {thrown !== undefined && (
        <output class="dice-shown" data-testid="dice-shown">
          {thrown.total !== null && <b class="roll-total">{thrown.total}</b>}
          <span>
            <Faces faces={thrown.faces} /> {thrown.text}
          </span>
        </output>
      )}
      <div class="dice-row">
        {SIDES.map((sides) => (
          <button key={sides} type="button" class="die" data-testid={`die-${sides}`} aria-label={`Add a d${sides}`} onClick={() => setTapped(new Map(tapped).set(sides, (tapped.get(sides) ?? 0) + 1))}>
            <svg viewBox="0 0 100 100" aria-hidden="true">
              <polygon points={OUTLINES[sides] ?? ""} />
            </svg>
            <span>{sides === 100 ? "%" : sides}</span>
            {(tapped.get(sides) ?? 0) > 0 && <b class="die-count">{tapped.get(sides)}</b>}
          </button>
        ))}
      </div>
      <form
        class="dice-write"
        onSubmit={(event) => {
          event.preventDefault();
          void roll("none");
        }}
      >
        <button type="button" class="quiet" aria-label="One less" onClick={() => setPlus(plus - 1)}>
          −1
        </button>
        <button type="button" class="quiet" aria-label="One more" onClick={() => setPlus(plus + 1)}>
          +1
        </button>
        <input
          class="field"
          data-testid="dice-text"
          value={written || expression(tapped, plus)}
          placeholder="1d20"
          aria-label="Dice"
          autocomplete="off"
          maxLength={200}
          onInput={(event) => setWritten(event.currentTarget.value)}
        />
        <button type="button" class="quiet" data-testid="dice-clear" onClick={clear}>
          Clear
        </button>
      </form>
      <div class="dice-do">
        <button type="button" class="main-button" data-testid="dice-roll" onClick={() => void roll("none")}>
          Roll {dice || "1d20"}
        </button>
        {(dice === "" || dice.startsWith("1d20")) && (
          <>
            <button type="button" class="quiet" data-testid="dice-advantage" onClick={() => void roll("advantage")}>
              Advantage
            </button>
            <button type="button" class="quiet" data-testid="dice-disadvantage" onClick={() => void roll("disadvantage")}>
              Disadvantage
            </button>
          </>
        )}
        {dm && (
          <button type="button" class="quiet" data-testid="dice-secret" aria-pressed={secret} onClick={() => setSecret(!secret)}>
            Secret
          </button>
        )}
      </div>
    </div>
  );
}

/** The faces that were thrown, as many as one can read. */
export function Faces({ faces }: { readonly faces: readonly number[] }) {
  return (
    <span class="faces">
      {faces.slice(0, 20).map((face, place) => (
        <i key={place} class="face-of">
          {face}
        </i>
      ))}
      {faces.length > 20 && "…"}
    </span>
  );
}
