/** Everything the page knows, as signals. Only the wiring writes here; the screens read. */
import { computed, signal } from "@preact/signals";
import type { Alarm, Announcement, Place as Standing, Status } from "../protocol/messages";
import { busy, EMPTY, type FaceState } from "./conversation";
import type { Counting } from "./timers";

/** The answer of GET /api/session. */
export interface Session {
  readonly signed_in: boolean;
  readonly csrf: string;
  readonly pin_set: boolean;
  readonly role: string;
  readonly name: string;
  /** Id of the account; 0 where nobody in particular is signed in. */
  readonly person: number;
  /** Whether this is the house's own screen, before which anybody may stand. */
  readonly kiosk: boolean;
}

export type Entry = "asking" | "out" | "in" | "unreachable";
export type Link = "joining" | "on" | "off";
/** `once` records one utterance, `always` waits for the wake word. */
export type Microphone = "off" | "once" | "always";
export type Place = "home" | "talk" | "timers" | "table" | "more";
export type Theme = "auto" | "day" | "night";

export const entry = signal<Entry>("asking");
export const session = signal<Session | null>(null);
export const link = signal<Link>("joining");
export const conversation = signal(EMPTY);
export const timers = signal<readonly Counting[]>([]);
export const alarm = signal<Alarm | null>(null);
/** A word for everybody that nobody has put away yet. */
export const announcement = signal<Announcement | null>(null);
/** Where this page stands, such as "kitchen"; "" for where the app's machine does. Kept by the browser. */
export const room = signal("");
/** After which answers this page listens on; "" for what the app's settings say. Kept by the browser. */
export const followUp = signal<NonNullable<Standing["follow_up"]> | "">("");
export const status = signal<Status | null>(null);
export const microphone = signal<Microphone>("off");
/** Whether the person wants BMO to wait for its name; outlives a push to talk and a lost connection. */
export const always = signal(false);
/** True while sound of an answer comes out of the speaker. */
export const sounding = signal(false);
/** The turn whose spoken answer can be heard once more, or "". */
export const repeatable = signal("");
/** True when the browser holds the sound back until somebody touches the page. */
export const muted = signal(false);
/** Whether somebody put the question for a PIN off until the page is loaded again. */
export const pinLater = signal(false);
/** A sentence about something that did not work, until it is put away. */
export const trouble = signal("");
export const place = signal<Place>("home");
export const theme = signal<Theme>("auto");
/** Whether the last turn is still in front of the face, or the face is alone again. */
export const showing = signal(false);

/** What the face does: the ear sees what the app cannot know, that sound is still playing. */
export const faceState = computed<FaceState>(() => {
  if (microphone.value === "once") return "listening";
  const told = conversation.value.face;
  if (sounding.value && told !== "listening") return "speaking";
  return told;
});

/** Whether there is something to stop. */
export const stoppable = computed(
  () => sounding.value || busy(conversation.value) || ["listening", "thinking", "speaking"].includes(faceState.value),
);
