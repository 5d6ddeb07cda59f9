/** Whose voices BMO knows, and how it learns one: three sentences, read aloud. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { type Result, voices } from "../hands/voices";
import { session } from "../model/store";
import type { PersonVoice } from "../protocol/messages";

interface Props {
  readonly bmo: Bmo;
}

export function VoiceList({ bmo }: Props) {
  const [person, setPerson] = useState("");
  const known = voices.value;
  useEffect(() => {
    void bmo.voices.refresh();
  }, [bmo]);
  if (known === null) return <p class="soft">I'm looking …</p>;
  if (person !== "") return <Reading key={person} bmo={bmo} person={person} sentences={known.sentences} onDone={() => setPerson("")} />;
  return (
    <>
      {known.voices.map((voice) => (
        <Known key={`${voice.person} ${voice.engine}`} bmo={bmo} voice={voice} needed={known.sentences.length} />
      ))}
      {known.why_not === "" ? <Begin onBegin={setPerson} /> : <p class="soft">{known.why_not}</p>}
      {known.why_not === "" && known.voices.some((voice) => voice.known) && <Try bmo={bmo} />}
    </>
  );
}

function Known({ bmo, voice, needed }: Props & { readonly voice: PersonVoice; readonly needed: number }) {
  const [wrong, setWrong] = useState("");
  const forget = async (): Promise<void> => {
    const answer = await bmo.voices.forget(voice.person);
    if ("wrong" in answer) setWrong(answer.wrong);
  };
  return (
    <div class="row" data-testid={`voice-${voice.person}`}>
      <div class="row-head">
        <h3>{voice.person}</h3>
        <span class="voice-hands">
          <a class="quiet voice-export" href={`/api/voices/${encodeURIComponent(voice.person)}/export`} download>
            Export
          </a>
          <button type="button" class="quiet" onClick={() => void forget()}>
            Forget
          </button>
        </span>
      </div>
      <p class="soft">
        {voice.known ? `I know this voice from ${voice.clips} sentences.` : `${voice.clips} of ${needed} sentences so far.`}
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </div>
  );
}

function Begin({ onBegin }: { readonly onBegin: (person: string) => void }) {
  const own = session.value?.name ?? "";
  const owner = session.value?.role === "owner";
  const [name, setName] = useState(owner ? "" : own);
  if (!owner && own === "") return <p class="soft">I learn voices when the owner is signed in, or you yourself.</p>;
  return (
    <form
      class="voice-begin"
      onSubmit={(event) => {
        event.preventDefault();
        onBegin(name.trim());
      }}
    >
      <p class="soft">Read three sentences to me, and I will know who is talking. Your voice stays on this machine.</p>
      <input
        class="field"
        value={name}
        maxLength={32}
        readOnly={!owner}
        placeholder="Whose voice is it?"
        aria-label="Whose voice is it?"
        data-testid="voice-name"
        autocomplete="off"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="main-button" data-testid="voice-begin" disabled={name.trim() === ""}>
        Learn a voice
      </button>
    </form>
  );
}

interface ReadingProps extends Props {
  readonly person: string;
  /** What is read aloud. */
  readonly sentences: readonly string[];
  readonly onDone: () => void;
}

function Reading({ bmo, person, sentences, onDone }: ReadingProps) {
  const [read, setRead] = useState(0);
  const [similar, setSimilar] = useState("");
  const sentence = sentences[read];
  if (sentence === undefined) {
    return (
      <div class="voice-reading" role="status" data-testid="voice-learnt">
        <p>Thank you, {person}! Now I know your voice.</p>
        {similar !== "" && <p class="soft">You sound like {similar} to me: I may not always tell you apart.</p>}
        <button type="button" class="main-button" onClick={onDone}>
          Good
        </button>
      </div>
    );
  }
  const finish = async (): Promise<string> => {
    const answer = await bmo.voices.learn(person);
    if ("wrong" in answer) return answer.wrong;
    setSimilar(answer.done.similar);
    setRead(read + 1);
    return "";
  };
  return (
    <div class="voice-reading">
      <p class="soft">
        {person}, sentence {read + 1} of {sentences.length}. Press the button, read it aloud, press again.
      </p>
      <p class="voice-sentence" data-testid="voice-sentence">
        {sentence}
      </p>
      <RecordButton key={read} bmo={bmo} start="Read it" testid="voice-record" onStop={finish} />
      <button type="button" class="quiet" onClick={onDone}>
        Later
      </button>
    </div>
  );
}

function Try({ bmo }: Props) {
  const [said, setSaid] = useState("");
  const finish = async (): Promise<string> => {
    const answer = await bmo.voices.whose();
    if ("wrong" in answer) return answer.wrong;
    setSaid(answer.done.person === "" ? "I don't know this voice." : `That was ${answer.done.person}!`);
    return "";
  };
  return (
    <div class="voice-reading">
      <RecordButton bmo={bmo} start="Who am I?" testid="voice-try" onStop={finish} />
      {said !== "" && (
        <p role="status" data-testid="voice-whose">
          {said}
        </p>
      )}
    </div>
  );
}

interface RecordProps extends Props {
  /** What the button says before the recording. */
  readonly start: string;
  readonly testid: string;
  /** Takes the recording; gives the sentence of what went wrong, or "". */
  readonly onStop: () => Promise<string>;
}

/** Press to record, press again to hand in. */
function RecordButton({ bmo, start, testid, onStop }: RecordProps) {
  const [now, setNow] = useState<"idle" | "recording" | "busy">("idle");
  const [wrong, setWrong] = useState("");
  useEffect(() => () => bmo.voices.drop(), [bmo]);
  const press = async (): Promise<void> => {
    setWrong("");
    if (now === "recording") {
      setNow("busy");
      setWrong(await onStop());
      setNow("idle");
      return;
    }
    const begun: Result<void> = await bmo.voices.record();
    if ("wrong" in begun) setWrong(begun.wrong);
    else setNow("recording");
  };
  return (
    <>
      <button
        type="button"
        class="main-button"
        data-testid={testid}
        data-recording={now === "recording"}
        aria-pressed={now === "recording"}
        disabled={now === "busy"}
        onClick={() => void press()}
      >
        {now === "recording" ? "Done" : now === "busy" ? "One moment …" : start}
      </button>
      <p class="wrong" role="alert" data-testid={`${testid}-wrong`}>
        {wrong}
      </p>
    </>
  );
}
