/** How far a routine or plan is: its numbered steps, each with a mark and what came of it. */
import type { Turn } from "../model/conversation";
import type { StepLine } from "../protocol/messages";
import "../style/routines.css";

type State = StepLine["state"];

const MARKS: Readonly<Record<State, string>> = {
  waiting: "·",
  doing: "…",
  done: "✓",
  failed: "✕",
  left_out: "–",
  asks: "?",
  stopped: "■",
};

const WORDS: Readonly<Record<State, string>> = {
  waiting: "not yet",
  doing: "going on",
  done: "done",
  failed: "failed",
  left_out: "left out",
  asks: "needs your yes",
  stopped: "not done",
};

export function StepsShown({ turn }: { readonly turn: Turn }) {
  if (turn.steps.length === 0) return null;
  return (
    <ol class="steps" data-testid="steps">
      {turn.steps.map(({ number, words, state, sentence }) => (
        <li key={number} class="step" data-state={state}>
          <span class="step-mark" aria-hidden="true">
            {MARKS[state]}
          </span>
          <span class="step-words">
            {number}. {words}
            <span class="soft">
              {WORDS[state]}
              {sentence !== "" && state !== "done" && `: ${sentence}`}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
