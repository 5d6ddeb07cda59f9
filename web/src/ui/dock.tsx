/** The controls under the face: type, talk, stop. */
import { useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { always, microphone, place, stoppable, timers } from "../model/store";
import { WAKE_PHRASE } from "../model/words";
import { MicIcon, SendIcon, StopIcon } from "./icons";
import { NextTimer } from "./timers";

export function Dock({ bmo }: { readonly bmo: Bmo }) {
  const listening = microphone.value === "once";
  return (
    <div class="dock">
      <Write bmo={bmo} />
      <button
        type="button"
        class="mic"
        data-testid="mic"
        aria-pressed={listening}
        aria-label={listening ? "I'm done talking" : "Tap and talk"}
        onClick={() => bmo.talk()}
      >
        <MicIcon />
      </button>
      <div class="dock-side">
        {stoppable.value && (
          <button type="button" class="stop" data-testid="stop" onClick={() => bmo.stop()}>
            <StopIcon />
            Stop
          </button>
        )}
        {timers.value.length > 0 && <NextTimer onOpen={() => (place.value = "timers")} />}
        {!stoppable.value && timers.value.length === 0 && <p class="hint">{always.value ? `Say "${WAKE_PHRASE}"` : "Tap and talk"}</p>}
      </div>
    </div>
  );
}

function Write({ bmo }: { readonly bmo: Bmo }) {
  const [words, setWords] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    if (bmo.ask(words)) setWords("");
  };
  return (
    <form class="write" onSubmit={send}>
      <input
        class="field"
        value={words}
        placeholder="Write to BMO…"
        aria-label="Write to BMO"
        data-testid="text-input"
        autocomplete="off"
        enterkeyhint="send"
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <button type="submit" class="send" data-testid="send" aria-label="Send" disabled={words.trim() === ""}>
        <SendIcon />
      </button>
    </form>
  );
}
