/** The questions behind the buttons of a sheet: whom, how much, which condition, what spell. */
import { useState } from "preact/hooks";
import type { GameCreature, GameView } from "../protocol/messages";
import { ABILITIES, type Call, CONDITIONS, DAMAGE_TYPES, SKILLS } from "./calls";
import { Dialog, NumberPad, Pick } from "./dialog";
import { signed, targetsOf } from "./model";
import { points } from "./who";

export interface AskProps {
  readonly view: GameView;
  readonly one: GameCreature;
  /** True when the table did it. */
  readonly onCall: (call: Call) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Closes once the table did it. */
function useDone({ onCall, onClose }: AskProps): (call: Call) => void {
  return (call) => void onCall(call).then((did) => did && onClose());
}

function names(all: readonly GameCreature[]): readonly (readonly [string, string])[] {
  return all.map((one) => [one.id, `${one.name} · ${points(one)}`] as const);
}

export function AttackAsk({ attack, ...props }: AskProps & { readonly attack: string }) {
  const done = useDone(props);
  const [edge, setEdge] = useState<"" | "advantage" | "disadvantage">("");
  const [cover, setCover] = useState("none");
  const strike = (target: string): void => {
    const reasons = edge === "" ? {} : { [edge]: ["the Dungeon Master"] };
    done({ call: "attack", who: props.one.id, target, attack, cover, ...reasons });
  };
  return (
    <Dialog title={`${attack}: at whom?`} onClose={props.onClose}>
      <Pick label="At whom" options={names(targetsOf(props.view, props.one.id))} on={() => false} onPick={strike} />
      <Pick label="Advantage" options={EDGES} on={(value) => value === edge} onPick={(value) => setEdge(value === edge ? "" : value)} />
      <Pick label="Cover" options={COVERS} on={(value) => value === cover} onPick={(value) => setCover(value === cover ? "none" : value)} />
    </Dialog>
  );
}

const EDGES = [
  ["advantage", "With advantage"],
  ["disadvantage", "With disadvantage"],
] as const;
const COVERS = [
  ["half", "Half cover"],
  ["three-quarters", "Three-quarters cover"],
] as const;

export function DamageAsk(props: AskProps) {
  const done = useDone(props);
  const [amount, setAmount] = useState("");
  const [type, setType] = useState<string>("slashing");
  return (
    <Dialog title={`Damage to ${props.one.name}`} onClose={props.onClose}>
      <div class="ask-sides">
        <NumberPad value={amount} onChange={setAmount} />
        <Pick label="Type" options={DAMAGE_TYPES.map((name) => [name, name])} on={(name) => name === type} onPick={setType} />
      </div>
      <button
        type="button"
        class="main-button"
        data-testid="damage-do"
        disabled={amount === ""}
        onClick={() => done({ call: "damage", targets: [props.one.id], amount: Number(amount), type })}
      >
        {amount || 0} {type} damage
      </button>
    </Dialog>
  );
}

export function HealAsk(props: AskProps) {
  const done = useDone(props);
  const [amount, setAmount] = useState("");
  const heal = (call: "heal" | "temporary_hp"): void => done({ call, target: props.one.id, amount: Number(amount) });
  return (
    <Dialog title={`Hit points for ${props.one.name}`} onClose={props.onClose}>
      <NumberPad value={amount} onChange={setAmount} />
      <div class="ask-do">
        <button type="button" class="main-button" data-testid="heal-do" disabled={amount === ""} onClick={() => heal("heal")}>
          Heal {amount || 0}
        </button>
        <button type="button" class="quiet" data-testid="temporary-do" disabled={amount === ""} onClick={() => heal("temporary_hp")}>
          Temporary
        </button>
      </div>
    </Dialog>
  );
}

export function ConditionAsk(props: AskProps) {
  const { one } = props;
  const [rounds, setRounds] = useState<string>("");
  const on = (name: string): boolean => one.conditions.some((held) => held.name === name);
  const others = one.conditions.filter((held) => !CONDITIONS.some((name) => name === held.name)).map((held) => [held.name, held.name] as const);
  const flip = (condition: string): void => {
    const length = rounds === "" ? {} : { rounds: Number(rounds) };
    void props.onCall(on(condition) ? { call: "remove_condition", who: one.id, condition } : { call: "add_condition", who: one.id, condition, ...length });
  };
  const tire = (level: number): void => void props.onCall({ call: "exhaustion", who: one.id, level });
  return (
    <Dialog title={`What lasts on ${one.name}`} onClose={props.onClose}>
      <Pick label="For how long" options={LENGTHS} on={(value) => value === rounds} onPick={setRounds} />
      <Pick label="Conditions" options={[...CONDITIONS.map((name) => [name, name] as const), ...others]} on={on} onPick={flip} />
      <div class="row-head">
        <span>Exhaustion {one.exhaustion}</span>
        <span class="ask-do">
          <button type="button" class="quiet" aria-label="Less exhaustion" disabled={one.exhaustion === 0} onClick={() => tire(one.exhaustion - 1)}>
            −
          </button>
          <button type="button" class="quiet" aria-label="More exhaustion" disabled={one.exhaustion === 6} onClick={() => tire(one.exhaustion + 1)}>
            +
          </button>
        </span>
      </div>
    </Dialog>
  );
}

const LENGTHS = [
  ["", "Until I take it off"],
  ["1", "1 round"],
  ["10", "1 minute"],
  ["100", "10 minutes"],
] as const;

export function CheckAsk(props: AskProps) {
  const done = useDone(props);
  const who = props.one.id;
  const dm = props.view.seat === "dm";
  const [dc, setDc] = useState("");
  const difficulty = dc === "" ? {} : { dc: Number(dc) };
  const roll = (kind: "save" | "check", ability: string): void =>
    done({ call: kind, who, ability, ...difficulty });
  return (
    <Dialog title={`${props.one.name} tries`} onClose={props.onClose}>
      <div class="ask-sides">
        <div>
          <p class="soft">Difficulty{dm && dc === "" && " (a saving throw needs one)"}</p>
          <NumberPad value={dc} onChange={setDc} />
        </div>
        <div class="ask-body">
          {dm && (
            <fieldset class="bare ask-body" disabled={dc === ""} data-testid="saves">
              <h3>Saving throw</h3>
              <Pick label="Saving throw" options={ABILITIES} on={() => false} onPick={(ability) => roll("save", ability)} />
            </fieldset>
          )}
          <h3>Check</h3>
          <Pick label="Skill" options={SKILLS.map((name) => [name, name])} on={() => false} onPick={(skill) => done({ call: "check", who, skill, ...difficulty })} />
          <Pick label="Ability" options={ABILITIES} on={() => false} onPick={(ability) => roll("check", ability)} />
        </div>
      </div>
    </Dialog>
  );
}

export function CastAsk(props: AskProps) {
  const { one } = props;
  const done = useDone(props);
  const [spell, setSpell] = useState(one.spells[0] ?? "");
  const [slot, setSlot] = useState("");
  const [targets, setTargets] = useState<readonly string[]>([]);
  const flip = (id: string): void => setTargets(targets.includes(id) ? targets.filter((other) => other !== id) : [...targets, id]);
  const slots = one.slots.filter((each) => each.left > 0).map((each) => [`${each.level}`, `Level ${each.level} (${each.left})`] as const);
  return (
    <Dialog title={`${one.name} casts`} onClose={props.onClose}>
      <Pick label="Spell" options={one.spells.map((name) => [name, name])} on={(name) => name === spell} onPick={setSpell} />
      {one.spells.length === 0 && (
        <input class="field" value={spell} placeholder="Which spell?" aria-label="Spell" onInput={(event) => setSpell(event.currentTarget.value)} />
      )}
      {slots.length > 0 && <Pick label="Slot" options={[["", "Its own level"], ...slots]} on={(value) => value === slot} onPick={setSlot} />}
      <h3>At whom?</h3>
      <Pick label="At whom" options={names([...targetsOf(props.view, one.id), one])} on={(id) => targets.includes(id)} onPick={flip} />
      <button
        type="button"
        class="main-button"
        data-testid="cast-do"
        disabled={spell.trim() === ""}
        onClick={() => done({ call: "cast", who: one.id, spell: spell.trim(), targets, ...(slot === "" ? {} : { slot: Number(slot) }) })}
      >
        Cast {spell}
      </button>
    </Dialog>
  );
}

export function attackWords(one: GameCreature): readonly (readonly [string, string])[] {
  return one.attacks.map((line) => [line.name, `${signed(line.bonus)} · ${line.damage}`] as const);
}
