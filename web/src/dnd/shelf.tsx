/** The campaigns of the house: one to open, or a new one to begin. */
import { useEffect } from "preact/hooks";
import type { Bmo } from "../bmo";
import { NameForm } from "../ui/name-form";
import { useSending } from "../ui/sending";
import { campaigns } from "./book";

export function Shelf({ bmo }: { readonly bmo: Bmo }) {
  const { wrong, send } = useSending();
  useEffect(() => void send(() => bmo.game.look()), []);
  const known = campaigns.value;
  return (
    <section class="page" aria-label="The table" data-testid="shelf">
      <header class="page-head">
        <h1>The table</h1>
      </header>
      <div class="scroll shelf">
        {known?.campaigns.toReversed().map((one) => (
          <button key={one.id} type="button" class="card tale" data-testid="campaign" onClick={() => void send(() => bmo.game.open(one.id))}>
            <b>{one.name}</b>
            <span class="soft">since {new Date(one.made).toLocaleDateString()}</span>
          </button>
        ))}
        {wrong !== "" && <p class="wrong">{wrong}</p>}
        {known?.may_begin === true && (
          <section class="card more-card">
            <h2>A new campaign</h2>
            <p class="soft">I keep every roll and every scar. You tell the story.</p>
            <NameForm label="What is it called?" action="Begin" before="" testid="campaign-name" longest={80} onName={(name) => bmo.game.begin(name)} />
          </section>
        )}
        {known?.campaigns.length === 0 && !known.may_begin && <p class="card no-timers">No campaign has begun yet. Ask a grown-up to begin one.</p>}
      </div>
    </section>
  );
}
