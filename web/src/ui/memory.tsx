/** What BMO remembers about whoever is signed in, to read, to put right, and to delete. Nobody sees anybody else's. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { memory, type MemoryShelf } from "../hands/memory-shelf";
import type { FactLine, SavedConversation, SummaryLine } from "../protocol/messages";
import { Card } from "./more";
import { useSending } from "./sending";

/** Facts; the newest ones, until somebody asks for all. */
const SHOWN = 6;

interface Props {
  readonly shelf: MemoryShelf;
}

export function Memory({ bmo }: { readonly bmo: Bmo }) {
  const shelf = bmo.memory;
  const [all, setAll] = useState(false);
  const { wrong, send } = useSending();
  useEffect(() => {
    void send(() => shelf.refresh());
  }, [shelf]);
  const book = memory.value;
  const facts = book?.facts ?? [];
  const shown = all ? facts : facts.slice(-SHOWN);
  return (
    <Card title="What I remember">
      <div class="memory" data-testid="memory">
        {book?.proposals.map((fact) => <Proposal key={fact.id} shelf={shelf} fact={fact} />)}
        {shown.map((fact) => (
          <Fact key={fact.id} shelf={shelf} fact={fact} longest={book?.longest ?? 0} />
        ))}
        {facts.length > SHOWN && (
          <button type="button" class="quiet" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${facts.length}`}
          </button>
        )}
        {book?.why_not === "" && <Add shelf={shelf} longest={book.longest} first={book.facts.length === 0} />}
        {book?.summaries.map((one) => <Sum key={one.id} shelf={shelf} one={one} />)}
        {book?.conversations.map((one) => <Saved key={one.id} shelf={shelf} one={one} />)}
        {book !== null && book.why_not !== "" && <p class="soft">{book.why_not}</p>}
        {book?.why_not === "" && <Everything shelf={shelf} there={book.in_words} />}
      </div>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </Card>
  );
}

function Proposal({ shelf, fact }: Props & { readonly fact: FactLine }) {
  const { busy, wrong, send } = useSending();
  return (
    <div class="row" data-testid={`proposal-${fact.id}`}>
      <p>
        Shall I remember this? <b>{fact.text}</b>
      </p>
      <p class="memory-hands">
        <button type="button" class="main-button" disabled={busy} onClick={() => void send(() => shelf.accept(fact.id))}>
          Yes
        </button>
        <button type="button" class="quiet" disabled={busy} onClick={() => void send(() => shelf.forget("facts", fact.id))}>
          No
        </button>
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </div>
  );
}

function Fact({ shelf, fact, longest }: Props & { readonly fact: FactLine; readonly longest: number }) {
  const [open, setOpen] = useState(false);
  const { busy, wrong, send } = useSending();
  return (
    <div class="row" data-testid={`fact-${fact.id}`}>
      {open ? (
        <Words
          label="What I remember"
          action="Keep it so"
          before={fact.text}
          longest={longest}
          onWords={async (text) => {
            await shelf.change(fact.id, text);
            setOpen(false);
          }}
        />
      ) : (
        <p>{fact.text}</p>
      )}
      <p class="memory-hands">
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Leave it" : "Change"}
        </button>
        <button type="button" class="quiet" disabled={busy} onClick={() => void send(() => shelf.forget("facts", fact.id))}>
          Delete
        </button>
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </div>
  );
}

function Add({ shelf, longest, first }: Props & { readonly longest: number; readonly first: boolean }) {
  return (
    <div class="row" data-testid="memory-add">
      {first && <p class="soft">Nothing yet. Tell me “remember that …”, or write it here.</p>}
      <Words label="Remember that …" action="Remember it" before="" longest={longest} onWords={(text) => shelf.remember(text)} />
    </div>
  );
}

interface WordsProps {
  readonly label: string;
  readonly action: string;
  readonly before: string;
  readonly longest: number;
  readonly onWords: (text: string) => Promise<void>;
}

function Words({ label, action, before, longest, onWords }: WordsProps) {
  const [text, setText] = useState(before);
  const { busy, wrong, send } = useSending();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await send(() => onWords(text))) setText(before);
  };
  return (
    <form class="pin" onSubmit={(event) => void submit(event)}>
      <input
        class="field"
        value={text}
        maxLength={longest}
        placeholder={label}
        aria-label={label}
        autocomplete="off"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="main-button" disabled={busy || text.trim() === "" || text === before}>
        {action}
      </button>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </form>
  );
}

function Sum({ shelf, one }: Props & { readonly one: SummaryLine }) {
  const { busy, wrong, send } = useSending();
  return (
    <div class="row" data-testid={`summary-${one.id}`}>
      <h3>What we said until {day(one.at)}</h3>
      <p>{one.text}</p>
      <p class="memory-hands">
        <button type="button" class="quiet" disabled={busy} onClick={() => void send(() => shelf.forget("summaries", one.id))}>
          Delete
        </button>
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </div>
  );
}

function Saved({ shelf, one }: Props & { readonly one: SavedConversation }) {
  const [open, setOpen] = useState(false);
  const { busy, wrong, send } = useSending();
  return (
    <div class="row" data-testid={`saved-${one.id}`}>
      <h3>Conversation of {day(one.at)}</h3>
      {open && (
        <>
          {one.summary !== "" && <p class="soft">{one.summary}</p>}
          {one.turns.map((turn, number) => (
            <p key={number}>
              <b>{turn.asked}</b>
              <br />
              {turn.answered}
            </p>
          ))}
        </>
      )}
      <p class="memory-hands">
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "Read"}
        </button>
        <button type="button" class="quiet" disabled={busy} onClick={() => void send(() => shelf.forget("conversations", one.id))}>
          Delete
        </button>
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </div>
  );
}

function Everything({ shelf, there }: Props & { readonly there: string }) {
  const [sure, setSure] = useState(false);
  const [gone, setGone] = useState("");
  const { busy, wrong, send } = useSending();
  const forget = async (): Promise<void> => {
    await send(async () => setGone(await shelf.forgetMe()));
    setSure(false);
  };
  return (
    <div class="row" data-testid="everything">
      {sure && <p>This deletes for good: {there}.</p>}
      <p class="memory-hands">
        <button
          type="button"
          class="quiet"
          data-testid={sure ? "forget-me-yes" : "forget-me"}
          disabled={busy || there === ""}
          onClick={() => (sure ? void forget() : setSure(true))}
        >
          {sure ? "Yes, delete all of it" : "Delete everything about me"}
        </button>
        {sure && (
          <button type="button" class="quiet" onClick={() => setSure(false)}>
            Keep it
          </button>
        )}
      </p>
      <p class={wrong === "" ? "soft" : "wrong"} role="status">
        {wrong === "" ? gone : wrong}
      </p>
    </div>
  );
}

function day(iso: string): string {
  return new Date(iso).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
