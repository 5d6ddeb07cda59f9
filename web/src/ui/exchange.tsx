/** One exchange: what was said, what BMO answered, how it ended. */
import type { Turn } from "../model/conversation";
import { Badges } from "./badges";

interface Props {
  readonly turn: Turn;
  /** The latest exchange carries the hooks that tests look for. */
  readonly current: boolean;
}

export function Exchange({ turn, current }: Props) {
  return (
    <article class="exchange" data-turn={turn.id} data-outcome={turn.end?.outcome ?? "open"}>
      {turn.said !== "" && (
        <p class={turn.saidFinal ? "said" : "said said-partly"} data-testid={current ? "transcript" : undefined}>
          {turn.said}
        </p>
      )}
      <div class="answer">
        <Reply turn={turn} current={current} />
        <Badges turn={turn} />
      </div>
    </article>
  );
}

/** Letters from which an answer is set a little smaller beside the face. */
const LONG = 130;

function Reply({ turn, current }: Props) {
  const ending = endingSentence(turn);
  return (
    <>
      {turn.reply !== "" && (
        <p class="reply" data-long={turn.reply.length > LONG ? "" : undefined} data-testid={current ? "reply" : undefined} aria-live={current ? "polite" : undefined}>
          {turn.reply}
        </p>
      )}
      {turn.reply === "" && ending === "" && turn.saidFinal && turn.end === null && (
        <p class="reply reply-waiting" aria-label="BMO is thinking">
          <i />
          <i />
          <i />
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

/** Why there is no answer, or not all of it. */
function endingSentence(turn: Turn): string {
  if (turn.end === null || turn.end.outcome === "done") return "";
  if (turn.end.sentence !== "") return turn.end.sentence;
  if (turn.end.outcome === "nothing_heard") return "I didn't hear anything. Try once more?";
  if (turn.end.outcome === "cancelled") return "Okay, I stopped.";
  return "That went wrong. Please ask me again.";
}
