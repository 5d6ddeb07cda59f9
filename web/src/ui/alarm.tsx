/** A timer rings: nothing else on the screen until somebody stops it. */
import { useEffect, useRef } from "preact/hooks";
import type { Bmo } from "../bmo";
import { alarm, always } from "../model/store";
import { spoken } from "../model/timers";
import { WAKE_PHRASE } from "../model/words";

export function AlarmCard({ bmo }: { readonly bmo: Bmo }) {
  const stop = useRef<HTMLButtonElement>(null);
  useEffect(() => stop.current?.focus(), []);
  const rings = alarm.value;
  if (rings === null) return null;
  const name = rings.timer.name || spoken(rings.timer.seconds);
  return (
    <section class="alarm" data-testid="alarm" role="alertdialog" aria-label="A timer is done">
      <div class="alarm-words">
        <h1>{name}</h1>
        <p>{rings.sentence || "Time's up!"}</p>
      </div>
      <button ref={stop} type="button" class="alarm-stop" data-testid="alarm-stop" onClick={() => void bmo.stopAlarm()}>
        Stop
      </button>
      {always.value && <p class="alarm-hint">Or say "{WAKE_PHRASE}, stop".</p>}
    </section>
  );
}
