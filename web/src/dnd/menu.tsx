/** What is done a few times an evening: sessions, rests, the spoils, the way back. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import type { BranchLine, GameHits, GameView } from "../protocol/messages";
import { Choice } from "../ui/more";
import { NameForm } from "../ui/name-form";
import { useSending } from "../ui/sending";
import type { Seat } from "./book";
import type { Call } from "./calls";
import { Dialog, NumberPad } from "./dialog";

interface MenuProps {
  readonly bmo: Bmo;
  readonly view: GameView;
  readonly onCall: (call: Call) => Promise<boolean>;
  readonly onClose: () => void;
}

const SEATS: Readonly<Record<Seat, string>> = { dm: "Dungeon Master", player: "Player", spectator: "Spectator" };

export function Menu({ bmo, view, onCall, onClose }: MenuProps) {
  const { wrong, send } = useSending();
  const [open, setOpen] = useState<"" | "xp" | "branches" | "note" | "rules">("");
  const dm = view.seat === "dm";
  const does = (call: Call): void => void onCall(call).then((did) => did && onClose());
  if (open === "xp") return <Spoils onCall={onCall} onClose={onClose} />;
  if (open === "branches") return <Ways bmo={bmo} onClose={onClose} />;
  if (open === "rules") return <Rules bmo={bmo} onClose={onClose} />;
  if (open === "note") return <NoteAsk onCall={onCall} onClose={onClose} dm={dm} />;
  return (
    <Dialog title={view.name} onClose={onClose}>
      {view.seats.length > 1 && (
        <Choice label="Where I sit" options={view.seats.map((seat) => [seat, SEATS[seat]])} chosen={view.seat} onChoose={(seat) => void send(() => bmo.game.open(view.campaign, seat)).then((did) => did && onClose())} />
      )}
      <div class="deeds">
        {dm && view.encounter === null && <Entry id="short-rest" name="Short rest" onDo={() => does({ call: "short_rest" })} />}
        {dm && view.encounter === null && <Entry id="long-rest" name="Long rest" onDo={() => does({ call: "long_rest" })} />}
        {dm && <Entry id="xp" name="Experience" onDo={() => setOpen("xp")} />}
        <Entry id="rules" name="Ask the rules" onDo={() => setOpen("rules")} />
        <Entry id="note" name="A note" onDo={() => setOpen("note")} />
        {dm && <Entry id="branches" name="Ways the story went" onDo={() => setOpen("branches")} />}
        {dm && (
          <a class="deed" data-testid="menu-export" href={`/api/dnd/campaigns/${view.campaign}/export`} download>
            Save a copy
          </a>
        )}
        {dm && view.session !== "" && view.encounter === null && <Entry id="end-session" name="End the session" onDo={() => does({ call: "end_session" })} />}
        <Entry id="leave" name="Other campaigns" onDo={() => bmo.game.leave()} />
      </div>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </Dialog>
  );
}

function Entry({ id, name, onDo }: { readonly id: string; readonly name: string; readonly onDo: () => void }) {
  return (
    <button type="button" class="deed" data-testid={`menu-${id}`} onClick={onDo}>
      {name}
    </button>
  );
}

function Rules({ bmo, onClose }: { readonly bmo: Bmo; readonly onClose: () => void }) {
  const [found, setFound] = useState<GameHits | null>(null);
  const ask = async (question: string): Promise<void> => setFound(await bmo.game.find("search", question));
  return (
    <Dialog title="What do the rules say?" onClose={onClose}>
      <NameForm label="My guy got knocked over, can he still swing?" action="Ask" before="" testid="rules-question" longest={200} onName={ask} />
      {found !== null && found.sentence !== "" && <p role="status">{found.sentence}</p>}
      {found?.hits.map((hit) => (
        <article key={hit.about} data-testid="rules-hit">
          <h3>{hit.name}</h3>
          <p class="soft">{hit.about}</p>
          <p>{hit.text}</p>
        </article>
      ))}
    </Dialog>
  );
}

type Closing = Pick<MenuProps, "onCall" | "onClose">;

function Spoils({ onCall, onClose }: Closing) {
  const [amount, setAmount] = useState("");
  return (
    <Dialog title="Experience for the party" onClose={onClose}>
      <NumberPad value={amount} onChange={setAmount} />
      <button type="button" class="main-button" data-testid="xp-do" disabled={amount === ""} onClick={() => void onCall({ call: "give_xp", amount: Number(amount), shared: true }).then((did) => did && onClose())}>
        Share {amount || 0} XP
      </button>
    </Dialog>
  );
}

function NoteAsk({ onCall, onClose, dm }: Closing & { readonly dm: boolean }) {
  const [text, setText] = useState("");
  const [secret, setSecret] = useState(dm);
  return (
    <Dialog title="A note for the log" onClose={onClose}>
      <textarea class="field paste" value={text} maxLength={2000} aria-label="Note" data-testid="note-text" onInput={(event) => setText(event.currentTarget.value)} />
      <div class="ask-do">
        <button type="button" class="main-button" data-testid="note-do" disabled={text.trim() === ""} onClick={() => void onCall({ call: "note", text: text.trim(), secret }).then((did) => did && onClose())}>
          Keep it
        </button>
        {dm && (
          <button type="button" class="quiet" aria-pressed={secret} onClick={() => setSecret(!secret)}>
            Only for me
          </button>
        )}
      </div>
    </Dialog>
  );
}

/** Undo and second thoughts leave the old way where it was. */
function Ways({ bmo, onClose }: { readonly bmo: Bmo; readonly onClose: () => void }) {
  const [ways, setWays] = useState<readonly BranchLine[]>([]);
  const { wrong, send } = useSending();
  useEffect(() => void send(async () => setWays((await bmo.game.branches()).branches)), []);
  return (
    <Dialog title="Ways the story went" onClose={onClose}>
      {ways.map((way) => (
        <button key={way.id} type="button" class="pick hit" aria-pressed={way.current} onClick={() => void send(() => bmo.game.goOn(way.id)).then((did) => did && onClose())}>
          <b>{way.name}</b>
          <span class="soft">{way.parent === null ? "from the beginning" : `from event ${way.fork}`}</span>
        </button>
      ))}
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </Dialog>
  );
}
