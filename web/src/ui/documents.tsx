/** The papers of the house: searched, put there, and told of when one cannot be read. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { documents, type Domain } from "../hands/document-book";
import { session } from "../model/store";
import { Trouble } from "../net/rest";
import type { DocumentEntry, DocumentHits, DocumentList } from "../protocol/messages";
import { Card, Choice } from "./more";
import { useSending } from "./sending";

/** Milliseconds between two looks what has been read meanwhile. */
const LOOK_EVERY = 4_000;
const SHOWN = 6;
const KINDS = ".md,.markdown,.txt,.text,.pdf";
const NAMES: Readonly<Record<Domain, string>> = { personal: "Personal", projects: "Projects" };

interface Props {
  readonly bmo: Bmo;
}

export function Documents({ bmo }: Props) {
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const look = (): void =>
      void bmo.documents.refresh().then(
        () => setTrouble(""),
        (fault: unknown) => {
          if (!(fault instanceof Trouble)) throw fault;
          setTrouble(fault.sentence);
        },
      );
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => clearInterval(timer);
  }, [bmo]);
  const known = documents.value;
  return (
    <Card title="Documents">
      {trouble !== "" && <p class="wrong">{trouble}</p>}
      {known !== null && known.documents.length > 0 && <Search bmo={bmo} />}
      {known !== null && known.folders.length > 0 && <Drop bmo={bmo} known={known} />}
      {known !== null && <Kept bmo={bmo} known={known} />}
    </Card>
  );
}

function Search({ bmo }: Props) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<DocumentHits | null>(null);
  const { busy, wrong, send } = useSending();
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        void send(async () => setFound(await bmo.documents.search(words.trim())));
      }}
    >
      <div class="document-search">
        <input
          class="field"
          value={words}
          maxLength={500}
          placeholder="What do they say about …"
          aria-label="What do my documents say about"
          data-testid="document-words"
          autocomplete="off"
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button type="submit" class="main-button" data-testid="document-search" disabled={busy || words.trim() === ""}>
          Look
        </button>
      </div>
      {wrong !== "" && <p class="wrong" role="alert">{wrong}</p>}
      {found !== null && wrong === "" && <Found found={found} />}
    </form>
  );
}

function Found({ found }: { readonly found: DocumentHits }) {
  return (
    <div role="status" data-testid="document-found">
      {found.hits.length === 0 && <p>{found.sentence}</p>}
      <ul class="document-hits">
        {found.hits.map((hit, at) => (
          <li key={at}>
            <h3>{[hit.file, ...hit.heading].join(" › ")}</h3>
            <p class="document-text">{hit.text}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Drop({ bmo, known }: Props & { readonly known: DocumentList }) {
  const name = session.value?.name ?? "";
  const [domain, setDomain] = useState<Domain>(known.folders[0]?.domain ?? "personal");
  const [mine, setMine] = useState(false);
  const [again, setAgain] = useState<File | null>(null);
  const { busy, wrong, send } = useSending();
  const put = async (file: File, replace: boolean): Promise<void> => {
    const path = mine ? `private/${name}/${file.name}` : file.name;
    const there = known.documents.some((one) => one.domain === domain && one.path === path);
    if (there && !replace) return setAgain(file);
    setAgain(null);
    await send(() => bmo.documents.send({ file, domain, mine, replace }));
  };
  const take = async (files: FileList | null | undefined): Promise<void> => {
    for (const file of files ?? []) await put(file, false);
  };
  return (
    <div
      class="row"
      data-testid="document-drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files);
      }}
    >
      {known.folders.length > 1 && (
        <Choice
          label="Which folder"
          options={known.folders.map((one) => [one.domain, NAMES[one.domain]] as const)}
          chosen={domain}
          onChoose={setDomain}
        />
      )}
      {name !== "" && (
        <button type="button" class="quiet" role="switch" aria-checked={mine} aria-pressed={mine} data-testid="document-mine" onClick={() => setMine(!mine)}>
          {mine ? "Only I see it" : "Everybody here sees it"}
        </button>
      )}
      <label class="document-file" data-busy={busy}>
        {busy ? "One moment …" : "Drop Markdown, text or PDF here, or choose"}
        <input
          type="file"
          multiple
          accept={KINDS}
          disabled={busy}
          data-testid="document-file"
          onChange={(event) => {
            const chosen = event.currentTarget;
            void take(chosen.files).then(() => (chosen.value = ""));
          }}
        />
      </label>
      {again !== null && (
        <div class="row-head" role="alert">
          <span>There is a {again.name} already.</span>
          <button type="button" class="quiet" data-testid="document-replace" onClick={() => void put(again, true)}>
            Replace it
          </button>
          <button type="button" class="quiet" onClick={() => setAgain(null)}>
            Keep it
          </button>
        </div>
      )}
      {wrong !== "" && <p class="wrong" role="alert" data-testid="document-wrong">{wrong}</p>}
    </div>
  );
}

function Kept({ bmo, known }: Props & { readonly known: DocumentList }) {
  const [all, setAll] = useState(false);
  const problems = known.documents.filter((one) => one.problem !== "");
  const fine = known.documents.filter((one) => one.problem === "");
  const shown = all ? [...problems, ...fine] : [...problems, ...fine].slice(0, SHOWN);
  const waiting = known.folders.reduce((sum, one) => sum + one.waiting, 0);
  const troubles = [...new Set(known.folders.map((one) => one.trouble).filter((one) => one !== ""))];
  return (
    <div class="row" data-testid="documents">
      <p class="soft document-name" role="status">
        {fine.length === 0 && waiting === 0
          ? "Nothing yet. I find again what lies in these folders, with its heading:"
          : `${fine.length} can be found${waiting > 0 ? `, ${waiting} still to be read` : ""}. They lie in`}{" "}
        {known.folders.map((one) => one.folder).join(" and ")}
      </p>
      {troubles.map((sentence) => (
        <p key={sentence} class="wrong">
          {sentence}
        </p>
      ))}
      <ul class="wakes">
        {shown.map((one) => (
          <Entry key={`${one.domain}/${one.path}`} bmo={bmo} one={one} />
        ))}
      </ul>
      {known.documents.length > SHOWN && (
        <button type="button" class="quiet" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${known.documents.length}`}
        </button>
      )}
    </div>
  );
}

function Entry({ bmo, one }: Props & { readonly one: DocumentEntry }) {
  const [sure, setSure] = useState(false);
  const { busy, wrong, send } = useSending();
  return (
    <li class="wake" data-testid={`document-${one.path}`}>
      <p class="document-name">
        <b>{one.path}</b> <span class="soft">{one.reading ? "I'm reading it" : NAMES[one.domain]}</span>
        {one.problem !== "" && <span class="wrong document-problem">{one.problem}</span>}
        {wrong !== "" && <span class="wrong document-problem">{wrong}</span>}
      </p>
      {sure ? (
        <span class="wake-hands">
          <button type="button" class="quiet" disabled={busy} onClick={() => void send(() => bmo.documents.delete(one))}>
            Yes, delete it
          </button>
          <button type="button" class="quiet" onClick={() => setSure(false)}>
            Keep
          </button>
        </span>
      ) : (
        <button type="button" class="quiet" onClick={() => setSure(true)}>
          Delete
        </button>
      )}
    </li>
  );
}
