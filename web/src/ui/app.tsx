/** The page: one face, and the place a person is at. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { Face } from "../face/face";
import { lookPose, moodPose, type PoseName } from "../face/poses";
import { TablePage } from "../dnd/table";
import { alarm, conversation, entry, faceState, link, microphone, place, showing, sounding } from "../model/store";
import { AlarmCard } from "./alarm";
import { Bar } from "./bar";
import { Dock } from "./dock";
import { HomeBubble, shownTurn } from "./home";
import { More } from "./more";
import { Notices } from "./notices";
import { SignIn } from "./sign-in";
import { Talk } from "./talk";
import { TimersPage } from "./timers";

/** ms without a touch or a word until BMO naps. */
const NAP_AFTER = 10 * 60_000;
/** How long (ms) BMO giggles when somebody pats its face. */
const GIGGLE = 1_200;

/** Where the face is and how big: alone, beside words, in a corner, or above a card. */
type Layout = "alone" | "beside" | "corner" | "above";

function layout(): Layout {
  if (alarm.value !== null || entry.value !== "in") return "above";
  if (place.value !== "home") return "corner";
  return showing.value && shownTurn() !== undefined ? "beside" : "alone";
}

export function App({ bmo }: { readonly bmo: Bmo }) {
  const asleep = useNap();
  useEscape(bmo);
  const [giggles, giggle] = useGiggle();
  const touch = (): void => {
    if (bmo.quiet()) return;
    if (place.value !== "home") location.hash = "#home";
    else {
      bmo.putAway();
      giggle();
    }
  };
  const inside = entry.value === "in";
  const rings = alarm.value !== null;
  return (
    <main class="app" data-layout={layout()} data-place={place.value} data-link={link.value}>
      <Notices bmo={bmo} calm={layout() === "alone"} />
      <div class="stage">
        <Face
          state={faceState.value}
          pose={giggles ? "happy" : pose(asleep)}
          glow={glow()}
          caption={caption()}
          voice={bmo.voiceLevel}
          hearing={bmo.hearingLevel}
          onTouch={touch}
        />
        {inside && !rings && <Content bmo={bmo} />}
        {inside && rings && <AlarmCard bmo={bmo} />}
        {entry.value === "out" && <SignIn bmo={bmo} />}
      </div>
      {inside && !rings && (place.value === "home" || place.value === "talk") && <Dock bmo={bmo} />}
      {inside && !rings && <Bar bmo={bmo} />}
    </main>
  );
}

function Content({ bmo }: { readonly bmo: Bmo }) {
  switch (place.value) {
    case "home":
      return showing.value ? <HomeBubble bmo={bmo} /> : null;
    case "talk":
      return <Talk bmo={bmo} />;
    case "timers":
      return <TimersPage bmo={bmo} />;
    case "table":
      return <TablePage bmo={bmo} />;
    case "more":
      return <More bmo={bmo} />;
  }
}

function pose(asleep: boolean): PoseName {
  if (alarm.value !== null) return "alert";
  if (entry.value === "unreachable") return "sleeping";
  const state = faceState.value;
  const mood = lookPose(conversation.value.look) ?? moodPose(conversation.value.mood);
  // A mood colours what BMO says and how it looks afterwards, but never hides that it listens or thinks.
  if (mood !== null && (state === "speaking" || (state === "idle" && showing.value))) return mood;
  if (state === "idle" && asleep && !showing.value && microphone.value === "off") return "sleeping";
  return state;
}

/** The light that an answer asked for, as long as it is in front of the face. */
function glow(): string {
  return showing.value || sounding.value ? conversation.value.glow : "";
}

/** Words under the mouth, when nothing else on the screen says them. */
function caption(): string {
  if (alarm.value !== null) return "";
  if (entry.value === "asking") return "Waking up…";
  if (entry.value === "unreachable") return "I can't reach the BMO program. Is it still running?";
  if (faceState.value === "listening") return "I'm listening…";
  if (faceState.value === "thinking" && layout() === "alone") return "Let me think…";
  return "";
}

/** The key that makes everything quiet, as in every other program. */
function useEscape(bmo: Bmo): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !bmo.quiet()) bmo.putAway();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [bmo]);
}

function useNap(): boolean {
  const [asleep, setAsleep] = useState(false);
  useEffect(() => {
    let timer = 0;
    const awake = (): void => {
      setAsleep(false);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setAsleep(true), NAP_AFTER);
    };
    const watched = [conversation.subscribe(awake), sounding.subscribe(awake)];
    window.addEventListener("pointerdown", awake);
    window.addEventListener("keydown", awake);
    return () => {
      for (const forget of watched) forget();
      window.removeEventListener("pointerdown", awake);
      window.removeEventListener("keydown", awake);
      window.clearTimeout(timer);
    };
  }, []);
  return asleep;
}

function useGiggle(): readonly [boolean, () => void] {
  const [giggles, setGiggles] = useState(false);
  useEffect(() => {
    if (!giggles) return undefined;
    const over = window.setTimeout(() => setGiggles(false), GIGGLE);
    return () => window.clearTimeout(over);
  }, [giggles]);
  return [giggles, () => setGiggles(true)];
}
