/** The face's own place. What is being said comes up beside it, and goes again. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Bmo } from "../bmo";
import { latest, type Turn } from "../model/conversation";
import { conversation } from "../model/store";
import { Exchange } from "./exchange";
import { CloseIcon } from "./icons";

/** The exchange in front of the face: the open one, with words that wait for a turn of their own. */
export function shownTurn(): Turn | undefined {
  const { pending } = conversation.value;
  if (pending === "") return latest(conversation.value);
  return { id: "pending", said: pending, saidFinal: true, reply: "", actions: [], providers: [], timing: {}, end: null };
}

export function HomeBubble({ bmo }: { readonly bmo: Bmo }) {
  const turn = shownTurn();
  const end = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // A long answer stays readable where it is being written.
    if (end.current !== null) end.current.scrollTop = end.current.scrollHeight;
  }, [turn]);
  if (turn === undefined) return null;
  return (
    <section class="bubble card" aria-label="What we are talking about">
      <button type="button" class="bubble-close ghost" aria-label="Put away" onClick={() => bmo.putAway()}>
        <CloseIcon />
      </button>
      <div class="bubble-words" ref={end}>
        <Exchange turn={turn} current />
      </div>
    </section>
  );
}
