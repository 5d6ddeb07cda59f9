/** Hearing the last answer once more. */
import type { Bmo } from "../bmo";
import type { Turn } from "../model/conversation";
import { sounding, repeatable } from "../model/store";
import { AgainIcon } from "./icons";

export function Again({ bmo, turn }: { readonly bmo: Bmo; readonly turn: Turn }) {
  if (turn.id !== repeatable.value || turn.end === null || sounding.value) return null;
  return (
    <button type="button" class="again ghost" data-testid="again" aria-label="Say it again" onClick={() => bmo.sayAgain()}>
      <AgainIcon />
    </button>
  );
}
