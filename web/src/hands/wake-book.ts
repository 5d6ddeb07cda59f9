/** The wake word: how shy this page is about it, how near what it hears comes to it, and what woke BMO lately. */
import { signal } from "@preact/signals";
import { type Rest, Trouble } from "../net/rest";
import type { Wakes, WakeScore } from "../protocol/messages";

/** The score that counts on this page; null for what the app's settings say. Kept by the browser. */
export const wakeThreshold = signal<number | null>(null);
/** What the meter shows; null while it shows nothing. */
export const wakeScore = signal<WakeScore | null>(null);
export const wakes = signal<Wakes | null>(null);

/** The lowest and the highest score that can be chosen to count. */
export const LOWEST = 0.05;
export const HIGHEST = 0.95;

const NO_SOUND = "I can't play that one. Its sound may be gone.";

interface Outside {
  /** Tells the app whether scores are wanted. */
  meter: (on: boolean) => void;
  /** The microphone's threshold is another one now. */
  changed: () => void;
}

export class WakeBook {
  private metering = false;
  private playing: HTMLAudioElement | null = null;

  constructor(
    private readonly rest: Rest,
    private readonly outside: Outside,
  ) {}

  /** Shows the meter, or puts it away. */
  meter(on: boolean): void {
    this.metering = on;
    wakeScore.value = null;
    this.outside.meter(on);
  }

  /** The line is new: the app has to hear again what is wanted. */
  joined(): void {
    if (this.metering) this.outside.meter(true);
  }

  wakeAt(threshold: number | null): void {
    wakeThreshold.value = threshold === null ? null : Math.min(HIGHEST, Math.max(LOWEST, threshold));
    this.outside.changed();
  }

  /** These come back with the sentence to show, empty when all is well. */
  refresh(): Promise<string> {
    return told(this.rest.wakes());
  }

  wrong(id: number, wrong: boolean): Promise<string> {
    return told(this.rest.wakeWrong(id, wrong));
  }

  forget(id: number): Promise<string> {
    return told(this.rest.forgetWake(id));
  }

  forgetAll(): Promise<string> {
    return told(this.rest.forgetWakes());
  }

  /** Plays the sound around a wake; ends when it is over, or when another one is played. */
  async play(id: number): Promise<string> {
    this.playing?.pause();
    const sound = new Audio(`/api/wakes/${id}.wav`);
    this.playing = sound;
    try {
      await sound.play();
      await new Promise((over) => {
        for (const end of ["ended", "pause", "error"] as const) sound.addEventListener(end, over, { once: true });
      });
      return sound.error === null ? "" : NO_SOUND;
    } catch (fault) {
      if (fault instanceof DOMException) return fault.name === "AbortError" ? "" : NO_SOUND;
      throw fault;
    }
  }
}

async function told(call: Promise<Wakes>): Promise<string> {
  try {
    wakes.value = await call;
    return "";
  } catch (fault) {
    if (fault instanceof Trouble) return fault.sentence;
    throw fault;
  }
}
