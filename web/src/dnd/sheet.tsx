/** The sheet of whoever is picked: numbers at a glance, and everything that can be done at a touch. */
import { useState } from "preact/hooks";
import type { GameCreature, GameView } from "../protocol/messages";
import { AttackAsk, attackWords, CastAsk, CheckAsk, ConditionAsk, DamageAsk, HealAsk } from "./asks";
import { ACTIONS, type Call } from "./calls";
import { Dialog, Pick } from "./dialog";
import { Bar, points, Saves } from "./who";

type Open = "" | "damage" | "heal" | "condition" | "check" | "cast" | "action" | "more" | `attack ${string}`;

interface SheetProps {
  readonly view: GameView;
  readonly one: GameCreature;
  readonly onCall: (call: Call) => Promise<boolean>;
}

export function Sheet({ view, one, onCall }: SheetProps) {
  const [open, setOpen] = useState<Open>("");
  const dm = view.seat === "dm";
  const does = (call: string, more: object = {}): void => void onCall({ call, who: one.id, ...more });
  const asking = { view, one, onCall, onClose: () => setOpen("") };
  return (
    <div class="sheet" data-testid="sheet" data-id={one.id}>
      <Glance one={one} />
      {one.mine && one.life === "up" && (
        <div class="deeds">
          {attackWords(one).map(([name, words]) => (
            <button key={name} type="button" class="deed deed-attack" data-testid="attack" data-name={name} onClick={() => setOpen(`attack ${name}`)}>
              <b>{name}</b>
              <span>{words}</span>
            </button>
          ))}
        </div>
      )}
      {one.mine && (
        <div class="deeds">
          {one.life === "dying" && <Deed id="death-save" name="Death save" onDo={() => does("death_save")} />}
          {dm && <Deed id="damage" name="Damage" onDo={() => setOpen("damage")} />}
          {dm && one.life !== "dead" && <Deed id="heal" name="Heal" onDo={() => setOpen("heal")} />}
          {dm && <Deed id="condition" name="Condition" onDo={() => setOpen("condition")} />}
          {one.life === "up" && <Deed id="check" name="Check or save" onDo={() => setOpen("check")} />}
          {one.life === "up" && (one.spells.length > 0 || one.slots.length > 0) && <Deed id="cast" name="Cast a spell" onDo={() => setOpen("cast")} />}
          {one.life === "up" && <Deed id="action" name="Dodge, Dash …" onDo={() => setOpen("action")} />}
          {dm && one.hidden && <Deed id="reveal" name="Reveal" onDo={() => does("reveal")} />}
          {one.concentration !== "" && <Deed id="let-go" name={`Let go of ${one.concentration}`} onDo={() => does("end_concentration")} />}
          {dm && <Deed id="more" name="More" onDo={() => setOpen("more")} />}
        </div>
      )}
      {open.startsWith("attack ") && <AttackAsk attack={open.slice("attack ".length)} {...asking} />}
      {open === "damage" && <DamageAsk {...asking} />}
      {open === "heal" && <HealAsk {...asking} />}
      {open === "condition" && <ConditionAsk {...asking} />}
      {open === "check" && <CheckAsk {...asking} />}
      {open === "cast" && <CastAsk {...asking} />}
      {open === "action" && <ActionAsk {...asking} />}
      {open === "more" && <MoreAsk {...asking} />}
    </div>
  );
}

function Deed({ id, name, onDo }: { readonly id: string; readonly name: string; readonly onDo: () => void }) {
  return (
    <button type="button" class="deed" data-testid={`do-${id}`} onClick={onDo}>
      {name}
    </button>
  );
}

function Glance({ one }: { readonly one: GameCreature }) {
  return (
    <header class="glance">
      <h2>{one.name}</h2>
      <p class="glance-numbers">
        <b data-testid="sheet-hp">{points(one)}</b>
        {one.ac !== null && <span>AC {one.ac}</span>}
        {one.speed > 0 && <span>{one.speed} ft</span>}
        {one.level > 0 && <span>level {one.level}</span>}
        {one.challenge !== "" && <span>CR {one.challenge}</span>}
        {one.xp > 0 && <span data-testid="xp">{one.xp} XP</span>}
      </p>
      <Bar one={one} />
      {one.life === "dying" && <Saves one={one} />}
      {(one.conditions.length > 0 || one.concentration !== "" || one.player !== "") && (
        <p class="one-chips">
          {one.player !== "" && <span class="tag">played by {one.player}</span>}
          {one.conditions.map((held) => (
            <span key={held.name} class="tag">
              {held.name}
              {held.until !== "" && `, ${held.until}`}
            </span>
          ))}
          {one.concentration !== "" && <span class="tag">concentrating on {one.concentration}</span>}
        </p>
      )}
      {one.slots.length > 0 && (
        <p class="slots" aria-label="Spell slots">
          {one.slots.map((each) => (
            <span key={each.level} class="slot">
              {each.level}
              {Array.from({ length: each.most }, (_, place) => (
                <i key={place} class="pip" data-kind="slot" data-on={place < each.left} />
              ))}
            </span>
          ))}
        </p>
      )}
    </header>
  );
}

interface MoreProps extends SheetProps {
  readonly onClose: () => void;
}

function ActionAsk({ one, onCall, onClose }: MoreProps) {
  const act = (action: string): void => void onCall({ call: "take_action", who: one.id, action }).then((did) => did && onClose());
  const stand = (): void => void onCall({ call: "stand_up", who: one.id }).then((did) => did && onClose());
  return (
    <Dialog title={`${one.name} takes an action`} onClose={onClose}>
      <Pick label="Action" options={ACTIONS.map((name) => [name, name])} on={() => false} onPick={act} />
      {one.conditions.some((held) => held.name === "prone") && (
        <button type="button" class="quiet" data-testid="stand-up" onClick={stand}>
          Stand up
        </button>
      )}
    </Dialog>
  );
}

/** What a Dungeon Master needs now and then. */
function MoreAsk({ view, one, onCall, onClose }: MoreProps) {
  const does = (call: string, more: object = {}): void => void onCall({ call, who: one.id, ...more }).then((did) => did && onClose());
  const joins = view.encounter !== null && !view.encounter.order.includes(one.id);
  return (
    <Dialog title={one.name} onClose={onClose}>
      <div class="deeds">
        {!one.hidden && <Deed id="hide" name="Hide from players" onDo={() => does("hide")} />}
        {joins && <Deed id="initiative" name="Joins the fight" onDo={() => does("roll_initiative")} />}
        {one.life === "dying" && <Deed id="stabilise" name="Is stable" onDo={() => void onCall({ call: "stabilise", target: one.id }).then((did) => did && onClose())} />}
        {one.life === "dead" ? (
          <Deed id="revive" name="Revive with 1 HP" onDo={() => does("revive")} />
        ) : (
          <Deed id="kill" name="Dies" onDo={() => does("kill")} />
        )}
        <Deed id="inspire" name={one.inspiration ? "Uses inspiration" : "Gets inspiration"} onDo={() => does("inspiration", { has: !one.inspiration })} />
        <Deed id="remove" name="Leaves the table" onDo={() => does("remove_creature")} />
      </div>
    </Dialog>
  );
}
