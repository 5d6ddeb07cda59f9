/** One calm line above everything: the thing a person should know now, and what to do. */
import type { Bmo } from "../bmo";
import { entry, link, muted, pinLater, status, trouble } from "../model/store";
import { AnnouncementLine } from "./announcement";
import { CloseIcon, NoteIcon } from "./icons";

interface Notice {
  readonly kind: "link" | "trouble" | "sound" | "pin" | "status";
  readonly sentence: string;
}

const LINE_LOST = "I lost my thread for a moment. I'm coming right back…";
const NO_SOUND = "Touch me anywhere, then I can talk out loud.";
const NO_PIN = "With a PIN, only your family can talk to me.";

/** Everything there is to say, the most pressing first. What can wait is only said while nothing else goes on. */
function notices(calm: boolean): Notice[] {
  const pressing: Notice[] = [
    { kind: "trouble", sentence: trouble.value },
    { kind: "link", sentence: link.value === "off" ? LINE_LOST : "" },
    { kind: "sound", sentence: muted.value ? NO_SOUND : "" },
  ];
  const waiting: Notice[] = [
    ...(status.value?.notices ?? []).map((sentence) => ({ kind: "status" as const, sentence })),
    { kind: "pin", sentence: status.value?.pin_needed === true && !pinLater.value ? NO_PIN : "" },
  ];
  return [...pressing, ...(calm ? waiting : [])].filter((notice) => notice.sentence !== "");
}

interface Props {
  readonly bmo: Bmo;
  /** True while the face is alone at home. */
  readonly calm: boolean;
}

export function Notices({ bmo, calm }: Props) {
  const [first, ...others] = notices(calm && entry.value === "in");
  return (
    <div class="notices" data-testid="notices" role="status" aria-live="polite">
      <AnnouncementLine bmo={bmo} />
      {first !== undefined && (
        <div class={`notice notice-${first.kind}`} data-kind={first.kind}>
          <NoteIcon />
          <p>{first.sentence}</p>
          {first.kind === "pin" && (
            <a class="notice-do" href="#more">
              Set a PIN
            </a>
          )}
          {first.kind === "status" && others.length > 0 && (
            <a class="notice-more" href="#more" aria-label={`${others.length} more`}>
              +{others.length}
            </a>
          )}
          {first.kind === "pin" && <Close says="Later" onClose={() => (pinLater.value = true)} />}
          {first.kind === "trouble" && <Close says="Okay" onClose={() => bmo.fail("")} />}
        </div>
      )}
    </div>
  );
}

function Close({ says, onClose }: { readonly says: string; readonly onClose: () => void }) {
  return (
    <button type="button" class="ghost" aria-label={says} onClick={onClose}>
      <CloseIcon />
    </button>
  );
}
