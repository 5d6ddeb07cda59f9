/** The bottom bar: the places that do something, and the microphone's switch, always in the same corner. */
import type { FunctionComponent, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Bmo } from "../bmo";
import { always, microphone, place, type Place } from "../model/store";
import { WAKE_PHRASE } from "../model/words";
import { HomeIcon, MicIcon, MicOffIcon, MoreIcon, TableIcon, TalkIcon, TimerIcon } from "./icons";

const PLACES: readonly (readonly [Place, string, FunctionComponent])[] = [
  ["home", "Home", HomeIcon],
  ["talk", "Talk", TalkIcon],
  ["timers", "Timers", TimerIcon],
  ["table", "Table", TableIcon],
  ["more", "More", MoreIcon],
];

export function Bar({ bmo }: { readonly bmo: Bmo }) {
  return (
    <footer class="bar">
      <nav class="places" aria-label="Places">
        {PLACES.map(([name, label, PlaceIcon]) => (
          <a key={name} href={`#${name}`} class="place" data-testid={`place-${name}`} aria-current={place.value === name ? "page" : undefined}>
            <PlaceIcon />
            <span>{label}</span>
          </a>
        ))}
      </nav>
      <MicSwitch bmo={bmo} />
    </footer>
  );
}

function MicSwitch({ bmo }: { readonly bmo: Bmo }) {
  const open = microphone.value !== "off";
  const knob = useLevel(bmo.hearingLevel, open);
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      data-testid="always"
      data-microphone={microphone.value}
      aria-checked={always.value}
      aria-label={`Always listen for "${WAKE_PHRASE}"`}
      onClick={() => bmo.setAlways(!always.value)}
    >
      <span class="switch-track">
        <span class="switch-knob" ref={knob}>{open ? <MicIcon /> : <MicOffIcon />}</span>
      </span>
      <span class="switch-word">{open ? "Mic on" : "Mic off"}</span>
    </button>
  );
}

/** How often (ms) the switch shows what the microphone hears. */
const LOOK = 100;

/** Sets `--heard` (0 to 1) on the element while the microphone is on. */
function useLevel(level: () => number, on: boolean): RefObject<HTMLSpanElement | null> {
  const shown = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!on) return undefined;
    const look = window.setInterval(() => shown.current?.style.setProperty("--heard", level().toFixed(2)), LOOK);
    return () => window.clearInterval(look);
  }, [level, on]);
  return shown;
}
