/** One calm line above everything: the thing a person should know now, and what to do. */
import type { Bmo } from "../bmo";
import { link, muted, place, status, trouble } from "../model/store";
import { linkSentence } from "../model/words";
import { CloseIcon, NoteIcon } from "./icons";

interface Notice {
  readonly kind: "link" | "trouble" | "sound" | "pin" | "status";
  readonly sentence: string;
}

const NO_PIN = "Nobody has set a PIN yet. With one, only your family can talk to me.";
const NO_SOUND = "Touch me anywhere, then I can talk out loud.";

/** Everything there is to say, the most pressing first. */
function notices(): Notice[] {
  const { value } = status;
  const all: Notice[] = [
    { kind: "link", sentence: linkSentence(link.value) },
    { kind: "trouble", sentence: trouble.value },
    { kind: "sound", sentence: muted.value ? NO_SOUND : "" },
    ...(place.value === "more" ? [] : (value?.notices ?? [])).map((sentence) => ({ kind: "status" as const, sentence })),
    { kind: "pin", sentence: value?.pin_needed === true && place.value !== "more" ? NO_PIN : "" },
  ];
  return all.filter((notice) => notice.sentence !== "");
}

export function Notices({ bmo }: { readonly bmo: Bmo }) {
  const [first, ...others] = notices();
  return (
    <div class="notices" data-testid="notices" role="status" aria-live="polite">
      {first !== undefined && (
        <div class={`notice notice-${first.kind}`} data-kind={first.kind}>
          <NoteIcon />
          <p>{first.sentence}</p>
          {first.kind === "pin" && (
            <a class="notice-do" href="#more">
              Set a PIN
            </a>
          )}
          {first.kind === "trouble" && (
            <button type="button" class="ghost" aria-label="Okay" onClick={() => bmo.fail("")}>
              <CloseIcon />
            </button>
          )}
          {first.kind !== "trouble" && others.length > 0 && place.value !== "more" && (
            <a class="notice-more" href="#more" aria-label={`${others.length} more`}>
              +{others.length}
            </a>
          )}
        </div>
      )}
    </div>
  );
}
