/** The page's words for the app's terms. Short, kind and concrete; no codes. */
import type { Link } from "./store";

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

const TIMINGS: Readonly<Record<string, string>> = {
  transcribe: "heard",
  transcript: "heard",
  intent: "understood",
  chat: "thought",
  first_token: "first word",
  first_word: "first word",
  first_words: "first word",
  first_audio: "first sound",
  first_sound: "first sound",
  speak: "spoke",
  total: "in all",
  end: "in all",
  // For the log; a person has no use for them.
  endpoint: "",
  first_clause: "",
};

/** "first word 0.4 s · in all 1.2 s", in the order the app gave. */
export function timingText(stages: Readonly<Record<string, number>>): string {
  return Object.entries(stages)
    .filter(([stage]) => TIMINGS[stage] !== "")
    .map(([stage, ms]) => `${TIMINGS[stage] ?? stage.replaceAll("_", " ")} ${duration(ms)}`.replaceAll(" ", "\u00a0"))
    .join(" · ");
}

function duration(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What the page says about its line to the app; "" when all is well. */
export function linkSentence(link: Link): string {
  if (link === "off") return "I lost my thread for a moment. I'm coming right back…";
  return "";
}

/** The face's state for somebody who cannot see it. */
export const FACE_SAYS = {
  idle: "BMO is here",
  listening: "BMO is listening",
  thinking: "BMO is thinking",
  speaking: "BMO is speaking",
  error: "Something went wrong",
} as const;
