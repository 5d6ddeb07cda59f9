/** One exchange: what was said, what BMO answered, how it ended. */
import type { ComponentChildren } from "preact";
import { type Turn, writing } from "../model/conversation";
import { Badges } from "./badges";
import { DieIcon } from "./icons";
import { StepsShown } from "./steps";

interface Props {
  readonly turn: Turn;
  /** The latest exchange carries the hooks that tests look for. */
  readonly current: boolean;
  /** Less of what is not the answer: beside the face there is little room. */
  readonly brief?: boolean;
  /** What can be done with the answer. */
  readonly children?: ComponentChildren;
}

export function Exchange({ turn, current, brief = false, children }: Props) {
  return (
    <article class="exchange" data-turn={turn.id} data-outcome={turn.end?.outcome ?? "open"}>
      {turn.said !== "" && (
        <p class={turn.saidFinal ? "said" : "said said-partly"} data-testid={current ? "transcript" : undefined}>
          {turn.speaker !== null && (
            <span class="said-who" data-testid={current ? "speaker" : undefined}>
              {turn.speaker === "" ? "a voice I don't know" : turn.speaker}
            </span>
          )}
          <span class="said-words">{turn.said}</span>
        </p>
      )}
      <div class="answer">
        <Reply turn={turn} current={current} />
        <Rolls turn={turn} />
        <StepsShown turn={turn} />
        <Badges turn={turn} brief={brief} />
        {children}
      </div>
    </article>
  );
}

/** The dice of the answer, as they fell. */
function Rolls({ turn }: Pick<Props, "turn">) {
  if (turn.rolls.length === 0) return null;
  return (
    <ul class="rolls" data-testid="rolls">
      {turn.rolls.map(({ dice, rolls, total }, number) => (
        <li key={number} class="roll" aria-label={`${dice} makes ${total}`}>
          <DieIcon />
          <span class="roll-dice">{dice}</span>
          <strong class="roll-total">{total}</strong>
          {rolls.length > 1 && rolls.length <= MANY && <span class="roll-each">{rolls.join(" · ")}</span>}
        </li>
      ))}
    </ul>
  );
}

/** More dice than these are only summed up. */
const MANY = 8;

/** Letters from which an answer is set a little smaller beside the face. */
const LONG = 130;

function Reply({ turn, current }: Props) {
  const ending = endingSentence(turn);
  return (
    <>
      {turn.reply !== "" && (
        <p class="reply" data-long={turn.reply.length > LONG ? "" : undefined} data-testid={current ? "reply" : undefined} aria-live={current ? "polite" : undefined} aria-busy={writing(turn)}>
          {turn.reply}
          {writing(turn) && <Dots />}
        </p>
      )}
      {turn.reply === "" && ending === "" && turn.saidFinal && writing(turn) && (
        <p class="reply" aria-label="BMO is thinking">
          <Dots />
        </p>
      )}
      {ending !== "" && (
        <p class="ending" data-testid={current ? "ending" : undefined} role="status">
          {ending}
        </p>
      )}
    </>
  );
}

/** More is to come. */
function Dots() {
  return (
    <span class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

/** Why there is no answer, or not all of it. */
function endingSentence(turn: Turn): string {
  if (turn.end === null) return turn.failing;
  if (turn.end.outcome === "done") return "";
  if (turn.end.sentence !== "") return turn.end.sentence;
  if (turn.end.outcome === "nothing_heard") return "I didn't hear anything. Try once more?";
  if (turn.end.outcome === "cancelled") return "Okay, I stopped.";
  return "That went wrong. Please ask me again.";
}
