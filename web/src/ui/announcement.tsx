/** A word for everybody, until somebody has read it. */
import type { Bmo } from "../bmo";
import { announcement } from "../model/store";
import { CloseIcon, NoteIcon } from "./icons";

export function AnnouncementLine({ bmo }: { readonly bmo: Bmo }) {
  const word = announcement.value;
  if (word === null) return null;
  return (
    <div class="notice notice-announcement" data-testid="announcement" role="alert">
      <NoteIcon />
      <p>
        {word.person !== "" && <b>{word.person}: </b>}
        {word.text}
      </p>
      <button type="button" class="ghost" aria-label="Okay" onClick={() => bmo.heardAnnouncement()}>
        <CloseIcon />
      </button>
    </div>
  );
}
