/** The whole conversation. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Bmo } from "../bmo";
import { conversation } from "../model/store";
import { Exchange } from "./exchange";
import { shownTurn } from "./home";

export function Talk({ bmo }: { readonly bmo: Bmo }) {
  const { turns, pending } = conversation.value;
  const end = useRef<HTMLDivElement>(null);
  const waiting = pending === "" ? undefined : shownTurn();
  const all = waiting === undefined ? turns : [...turns, waiting];
  const last = all.at(-1);
  useLayoutEffect(() => {
    if (end.current !== null) end.current.scrollTop = end.current.scrollHeight;
  }, [all.length, last?.reply, last?.end]);
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
      <div class="scroll talk-words" ref={end} data-testid="conversation">
        {all.length === 0 && (
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
        )}
        {all.map((turn) => (
          <Exchange key={turn.id} turn={turn} current={turn === last} />
        ))}
      </div>
    </section>
  );
}

const TRIES = ["What time is it?", "Set a timer for five minutes", "Tell me a tiny story about a snail"] as const;
