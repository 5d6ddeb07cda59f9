/** The keys of programs that talk to BMO for somebody: made here, shown once, taken away here. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { ago } from "../model/words";
import type { KeyLine, MadeKey } from "../protocol/messages";
import { NameForm } from "./name-form";
import { useSending } from "./sending";

export function KeysCard({ bmo }: { readonly bmo: Bmo }) {
  const [keys, setKeys] = useState<readonly KeyLine[]>([]);
  const [made, setMade] = useState<MadeKey | null>(null);
  const { wrong, send } = useSending();
  const look = async (): Promise<void> => setKeys((await bmo.keys()).keys);
  useEffect(() => void send(look), []);
  const make = async (name: string): Promise<void> => {
    setMade(await bmo.makeKey(name));
    await look();
  };
  const takeAway = async (one: KeyLine): Promise<void> => {
    await bmo.takeKeyAway(one.id);
    if (made?.line.id === one.id) setMade(null);
    await look();
  };
  return (
    <section class="card more-card" data-testid="keys">
      <h2>Programs</h2>
      <p class="soft">
        Home Assistant, chat programs and other assistants may talk to me with a key. It acts for you, and never does
        anything dangerous by itself.
      </p>
      {keys.map((one) => (
        <Key key={one.id} one={one} onTakeAway={() => void send(() => takeAway(one))} />
      ))}
      {made !== null && <Shown made={made} onSeen={() => setMade(null)} />}
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      <NameForm key={keys.length} label="What is it for?" action="Make a key" before="" testid="key-name" longest={64} onName={make} />
    </section>
  );
}

/** The new key itself, for as long as somebody needs to copy it. */
function Shown({ made, onSeen }: { readonly made: MadeKey; readonly onSeen: () => void }) {
  return (
    <div class="row" data-testid="new-key">
      <p>
        The key of <b>{made.line.name}</b>. Copy it now: I show it this once.
      </p>
      <input class="field" readOnly value={made.key} aria-label={`Key of ${made.line.name}`} data-testid="new-key-value" onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="quiet" data-testid="new-key-seen" onClick={onSeen}>
        I have it
      </button>
    </div>
  );
}

function Key({ one, onTakeAway }: { readonly one: KeyLine; readonly onTakeAway: () => void }) {
  const [sure, setSure] = useState(false);
  return (
    <div class="row" data-testid={`key-${one.id}`}>
      <div class="row-head">
        <p>
          <b>{one.name}</b>
        </p>
        {sure ? (
          <span class="row-head">
            <button type="button" class="quiet" data-testid={`take-key-${one.id}-yes`} onClick={onTakeAway}>
              Yes, take it away
            </button>
            <button type="button" class="quiet" onClick={() => setSure(false)}>
              Keep
            </button>
          </span>
        ) : (
          <button type="button" class="quiet" data-testid={`take-key-${one.id}`} onClick={() => setSure(true)}>
            Take away
          </button>
        )}
      </div>
      <p class="soft">
        for {one.person}, {one.seen === "" ? "never used" : `last used ${ago(one.seen, Date.now())}`}
      </p>
    </div>
  );
}
