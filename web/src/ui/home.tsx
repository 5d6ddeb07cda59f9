/** The face's own place. What is being said comes up beside it, and goes again. */
import type { Bmo } from "../bmo";
import { readable, type Turn, waiting } from "../model/conversation";
import { conversation } from "../model/store";
import { Again } from "./again";
import { Confirm } from "./confirm";
import { Exchange } from "./exchange";
import { useFollow } from "./follow";
import { CloseIcon } from "./icons";

/** The exchange in front of the face: the open one, if there is something to read in it. */
export function shownTurn(): Turn | undefined {
  return waiting(conversation.value) ?? readable(conversation.value);
}

export function HomeBubble({ bmo }: { readonly bmo: Bmo }) {
  const turn = shownTurn();
  return turn === undefined ? null : <Bubble bmo={bmo} turn={turn} />;
}

function Bubble({ bmo, turn }: { readonly bmo: Bmo; readonly turn: Turn }) {
  const words = useFollow(turn.id, turn);
  return (
    <section class="bubble card" aria-label="What we are talking about">
      <button type="button" class="bubble-close ghost" aria-label="Put away" onClick={() => bmo.putAway()}>
        <CloseIcon />
      </button>
      <Again bmo={bmo} turn={turn} />
      <div class="bubble-words" ref={words}>
        <Exchange turn={turn} current brief>
          <Confirm bmo={bmo} turn={turn} />
        </Exchange>
      </div>
    </section>
  );
}
