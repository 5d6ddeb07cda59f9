/** The log: who did what, and how the dice fell. */
import { useFollow } from "../ui/follow";
import type { GameLine } from "../protocol/messages";
import { Faces } from "./dice";

export function LogList({ lines, id }: { readonly lines: readonly GameLine[]; readonly id: number }) {
  const box = useFollow(id, lines);
  return (
    <div class="log" ref={box} data-testid="log" role="log">
      {lines.map((line, place) => (
        <p key={place} class="log-line" data-told={line.told} data-secret={line.secret}>
          {line.faces.length > 0 && <Faces faces={line.faces} />} {line.text}
        </p>
      ))}
      {lines.length === 0 && <p class="soft">Nothing has happened yet.</p>}
    </div>
  );
}
