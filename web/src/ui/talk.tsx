/** The whole conversation. */
import type { Bmo } from "../bmo";
import { blank, type Turn, waiting } from "../model/conversation";
import { conversation } from "../model/store";
import { Again } from "./again";
import { Confirm } from "./confirm";
import { Exchange } from "./exchange";
import { useFollow } from "./follow";

export function Talk({ bmo }: { readonly bmo: Bmo }) {
  const unclaimed = waiting(conversation.value);
  const turns = conversation.value.turns.filter((turn) => !blank(turn));
  const all = unclaimed === undefined ? turns : [...turns, unclaimed];
  return (
    <section class="page talk" aria-label="Talk">
      <header class="page-head">
        <h1>Talk</h1>
        {turns.length > 0 && (
          <button type="button" class="quiet" data-testid="forget" onClick={() => void bmo.forget()}>
            Start fresh
          </button>
        )}
      </header>
      {all.length === 0 ? <Hello bmo={bmo} /> : <Words bmo={bmo} turns={all} />}
    </section>
  );
}

function Words({ bmo, turns }: { readonly bmo: Bmo; readonly turns: readonly Turn[] }) {
  const last = turns.at(-1);
  const words = useFollow(turns.length, last);
  return (
    <div class="scroll talk-words" ref={words} data-testid="conversation">
      {turns.map((turn) => (
        <Exchange key={turn.id} turn={turn} current={turn === last}>
          <Again bmo={bmo} turn={turn} />
          {turn === last && <Confirm bmo={bmo} turn={turn} />}
        </Exchange>
      ))}
    </div>
  );
}

const TRIES = [
  "What can you do?",
  "What time is it?",
  "Set a timer for five minutes",
  "Tell me a story",
] as const;

/** What one can say, when nothing was said yet. */
function Hello({ bmo }: { readonly bmo: Bmo }) {
  return (
    <div class="scroll talk-words">
      <div class="card hello">
        <p class="hello-line">Say hello! You could ask:</p>
        <div class="tries">
          {TRIES.map((words) => (
            <button key={words} type="button" class="try" onClick={() => bmo.ask(words)}>
              {words}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}
