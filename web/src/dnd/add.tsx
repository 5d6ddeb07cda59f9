/** Who comes to the table: monsters by name, characters from a file, anybody by a few numbers. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import type { GameHits } from "../protocol/messages";
import { Choice } from "../ui/more";
import { useSending } from "../ui/sending";
import type { Call } from "./calls";
import { Dialog } from "./dialog";

type Way = "monster" | "character" | "numbers";

const WAYS: readonly (readonly [Way, string])[] = [
  ["monster", "A monster"],
  ["character", "A character"],
  ["numbers", "By numbers"],
];
/** ms after the last letter until BMO looks it up. */
const PAUSE = 200;

interface AddProps {
  readonly bmo: Bmo;
  readonly onCall: (call: Call) => Promise<boolean>;
  readonly onClose: () => void;
}

export function AddAsk({ bmo, onCall, onClose }: AddProps) {
  const [way, setWay] = useState<Way>("monster");
  return (
    <Dialog title="Who comes?" onClose={onClose}>
      <Choice label="Who comes" options={WAYS} chosen={way} onChoose={setWay} />
      {way === "monster" && <Monster bmo={bmo} onCall={onCall} onClose={onClose} />}
      {way === "character" && <Character bmo={bmo} onClose={onClose} />}
      {way === "numbers" && <Numbers onCall={onCall} onClose={onClose} />}
    </Dialog>
  );
}

function Monster({ bmo, onCall, onClose }: AddProps) {
  const [words, setWords] = useState("");
  const [hits, setHits] = useState<GameHits | null>(null);
  const [count, setCount] = useState(1);
  const [hidden, setHidden] = useState(false);
  const { wrong, send } = useSending();
  useEffect(() => {
    const waiting = window.setTimeout(() => void send(async () => setHits(await bmo.game.find("creatures", words))), PAUSE);
    return () => window.clearTimeout(waiting);
  }, [words]);
  const add = (creature: string): void => {
    void onCall({ call: "add_creature", creature, count, hidden, side: "enemy" }).then((did) => did && onClose());
  };
  return (
    <>
      <input class="field" value={words} placeholder="Goblin, wolf, lich…" aria-label="Monster" data-testid="monster" autocomplete="off" maxLength={80} onInput={(event) => setWords(event.currentTarget.value)} />
      <div class="row-head">
        <span class="ask-do">
          <button type="button" class="quiet" aria-label="One fewer" disabled={count === 1} onClick={() => setCount(count - 1)}>
            −
          </button>
          <b data-testid="monster-count">{count}</b>
          <button type="button" class="quiet" aria-label="One more" data-testid="monster-one-more" disabled={count === 50} onClick={() => setCount(count + 1)}>
            +
          </button>
        </span>
        <button type="button" class="quiet" aria-pressed={hidden} data-testid="monster-hidden" onClick={() => setHidden(!hidden)}>
          Hidden from players
        </button>
      </div>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      {hits?.sentence !== undefined && hits.sentence !== "" && <p class="soft">{hits.sentence}</p>}
      <div class="hits">
        {hits?.hits.map((hit) => (
          <button key={hit.name} type="button" class="pick hit" data-testid="monster-hit" data-name={hit.name} onClick={() => add(hit.name)}>
            <b>{hit.name}</b>
            <span class="soft">{hit.about}</span>
          </button>
        ))}
      </div>
    </>
  );
}

function Character({ bmo, onClose }: { readonly bmo: Bmo; readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [player, setPlayer] = useState("");
  const { busy, wrong, send } = useSending();
  const come = async (sheet: string): Promise<void> => {
    if (await send(() => bmo.game.addCharacter(sheet, player.trim()))) onClose();
  };
  return (
    <>
      <input class="field" value={player} placeholder="Who plays it?" aria-label="Who plays it" data-testid="character-player" autocomplete="off" maxLength={80} onInput={(event) => setPlayer(event.currentTarget.value)} />
      <label class="document-file">
        <span>Touch to choose a character file</span>
        <input
          type="file"
          accept=".json,.dndchar,.txt,application/json,text/plain"
          data-testid="character-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file !== undefined) void send(async () => come(await file.text()));
          }}
        />
      </label>
      <textarea class="field paste" value={text} placeholder="… or paste a character or stat block here" aria-label="Character or stat block" data-testid="character-text" onInput={(event) => setText(event.currentTarget.value)} />
      {wrong !== "" && <p class="wrong" data-testid="character-wrong">{wrong}</p>}
      <button type="button" class="main-button" data-testid="character-add" disabled={busy || text.trim() === ""} onClick={() => void come(text)}>
        Sit down
      </button>
    </>
  );
}

/** Enough to fight with, for whoever has no file at hand. */
function Numbers({ onCall, onClose }: Omit<AddProps, "bmo">) {
  const [form, setForm] = useState({ name: "", hp: "10", ac: "12", attack: "Attack", bonus: "4", damage: "1d8+2", player: "" });
  const [side, setSide] = useState<"party" | "enemy" | "neutral">("party");
  const field = (key: keyof typeof form, label: string) => (
    <label class="labelled">
      <span class="soft">{label}</span>
      <input class="field" value={form[key]} data-testid={`numbers-${key}`} autocomplete="off" maxLength={80} onInput={(event) => setForm({ ...form, [key]: event.currentTarget.value })} />
    </label>
  );
  const come = (): void => {
    const attacks = form.damage.trim() === "" ? [] : [{ name: form.attack, bonus: Number(form.bonus), damage: form.damage }];
    const sheet = { name: form.name.trim(), max_hp: Number(form.hp), ac: Number(form.ac), attacks, death_saves: side === "party" };
    const player = form.player.trim() === "" ? {} : { player: form.player.trim() };
    void onCall({ call: "add_creature", sheet, side, ...player }).then((did) => did && onClose());
  };
  return (
    <>
      <Choice label="Side" options={SIDES} chosen={side} onChoose={setSide} />
      <div class="labels">
        {field("name", "Name")}
        {field("hp", "Hit points")}
        {field("ac", "Armour class")}
        {field("attack", "Attack")}
        {field("bonus", "To hit")}
        {field("damage", "Damage")}
        {side === "party" && field("player", "Played by")}
      </div>
      <button type="button" class="main-button" data-testid="numbers-add" disabled={form.name.trim() === ""} onClick={come}>
        Sit down
      </button>
    </>
  );
}

const SIDES = [
  ["party", "Party"],
  ["enemy", "Enemy"],
  ["neutral", "Neither"],
] as const;
