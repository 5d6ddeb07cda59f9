/** The page's words for the app's terms. Short, kind and concrete; no codes. */
const STAGES: Readonly<Record<string, string>> = {
  chat: "chat",
  transcribe: "hearing",
  speak: "voice",
  wake: "wake word",
};

/** What each stage of a turn is called on a badge. */
export function stageName(stage: string): string {
  return STAGES[stage] ?? stage.replaceAll("_", " ");
}

const DOES: Readonly<Record<string, string>> = {
  chat: "Thinking up answers",
  transcribe: "Understanding speech",
  speak: "Speaking",
  wake: "Hearing its name",
};

export function capabilityName(capability: string): string {
  return DOES[capability] ?? stageName(capability);
}

/** What people may want to know, in the order it happened; the rest is for the log. */
const TIMINGS: Readonly<Record<string, string>> = {
  transcript: "heard",
  first_word: "first word",
  first_audio: "first sound",
  end: "in all",
};
/** The one number a person waited for: the sound, or the word when nothing is spoken. */
const WAITED_FOR = ["first_audio", "first_word"] as const;

/** "first word 0.4 s · in all 1.2 s"; in brief just how long it took until something came. */
export function timingText(stages: Readonly<Record<string, number>>, brief = false): string {
  const shown = brief ? WAITED_FOR.filter((stage) => stage in stages).slice(0, 1) : Object.keys(TIMINGS);
  return shown
    .filter((stage) => stages[stage] !== undefined)
    .map((stage) => `${TIMINGS[stage]} ${duration(stages[stage] ?? 0)}`.replaceAll(" ", "\u00a0"))
    .join(" · ");
}

function duration(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What wakes BMO. */
export const WAKE_PHRASE = "Hey Jarvis";

/** The face's state for somebody who cannot see it. */
export const FACE_SAYS = {
  idle: "BMO is here",
  listening: "BMO is listening",
  thinking: "BMO is thinking",
  speaking: "BMO is speaking",
  error: "Something went wrong",
} as const;

/** "5 minutes ago", for an ISO time and now in milliseconds. */
export function ago(time: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(time)) / 60_000));
  if (minutes < 1) return "a moment ago";
  if (minutes < 60) return some(minutes, "minute");
  return minutes < 36 * 60 ? some(Math.round(minutes / 60), "hour") : some(Math.round(minutes / 1440), "day");
}

function some(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
