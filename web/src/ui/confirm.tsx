/** What BMO wants a yes for: the two answers to tap, as long as it waits for one. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import type { Turn } from "../model/conversation";

interface Open {
  readonly id: string;
  /** How long it waits. */
  readonly seconds: number;
}

/** The question that this exchange ended with, if it did. */
export function openQuestion(turn: Turn): Open | null {
  const asked = turn.actions.at(-1)?.result;
  if (asked === undefined || asked["waiting"] !== true) return null;
  const { question: id, seconds } = asked;
  return typeof id === "string" && typeof seconds === "number" ? { id, seconds } : null;
}

/** `turn` is the latest: whatever is said next closes the question. */
export function Confirm({ bmo, turn }: { readonly bmo: Bmo; readonly turn: Turn }) {
  const open = openQuestion(turn);
  return open === null ? null : <Answers key={open.id} bmo={bmo} open={open} />;
}

function Answers({ bmo, open }: { readonly bmo: Bmo; readonly open: Open }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), open.seconds * 1000);
    return () => clearTimeout(timer);
  }, [open.seconds]);
  if (over) return null;
  const answer = (text: string) => {
    if (bmo.ask(text, open.id)) setOver(true);
  };
  return (
    <div class="confirm" role="group" aria-label="BMO asks for a yes" data-testid="confirm">
      <button type="button" class="confirm-yes" onClick={() => answer("Yes")}>
        Yes, do it
      </button>
      <button type="button" class="confirm-no" onClick={() => answer("No")}>
        No
      </button>
    </div>
  );
}
