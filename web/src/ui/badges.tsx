/** Who served each stage of a turn, why it was not the first choice, and how long it took. */
import type { Turn } from "../model/conversation";
import { parts } from "../model/timeline";
import { stageName, timingText } from "../model/words";
import { CloudIcon, HouseIcon } from "./icons";

/** The local AI server's name on every screen. */
const HERE = "here";

interface Props {
  readonly turn: Turn;
  /** Beside the face there is room for one number. */
  readonly brief: boolean;
}

export function Badges({ turn, brief }: Props) {
  const reason = turn.providers.find((served) => served.reason !== "")?.reason ?? "";
  return (
    <div class="served">
      <ul class="badges" data-testid="badges">
        {turn.providers.map((served) => (
          <li key={served.stage} class="badge" data-stage={served.stage} data-provider={served.provider}>
            {served.provider === HERE ? <HouseIcon /> : <CloudIcon />}
            <span>
              {stageName(served.stage)}: {served.provider}
            </span>
          </li>
        ))}
      </ul>
      {reason !== "" && (
        <p class="reason" data-testid="reason">
          {reason}
        </p>
      )}
      {!brief && <Timeline turn={turn} />}
      <p class="timing" data-testid="timing">
        {timingText(turn.timing, brief)}
      </p>
    </div>
  );
}

/** Where the time went until something was heard; the numbers stand beside it. */
function Timeline({ turn }: Pick<Props, "turn">) {
  const shown = parts(turn.timing);
  if (shown.length === 0) return null;
  return (
    <ul class="timeline" data-testid="timeline">
      {shown.map(({ name, length }) => (
        <li key={name} data-part={name} style={{ flexGrow: length }} title={`${name}: ${Math.round(length)} ms`}>
          <span>{name}</span>
        </li>
      ))}
    </ul>
  );
}
