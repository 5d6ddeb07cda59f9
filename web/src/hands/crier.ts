/** Announcements: shown at once, said when BMO's own voice has come to its end. */
import { playFile } from "../audio/sounds";
import { announcement, sounding } from "../model/store";
import type { Announcement } from "../protocol/messages";

/** How long (ms) an announcement stays on the screen when nobody puts it away. */
const SHOWN_FOR = 60_000;

export class Crier {
  private said: Promise<void> = Promise.resolve();
  private shown = 0;
  private voice: AudioBufferSourceNode | null = null;

  constructor(private readonly audio: () => AudioContext) {}

  hear(word: Announcement): void {
    announcement.value = word;
    window.clearTimeout(this.shown);
    this.shown = window.setTimeout(() => this.stop(), SHOWN_FOR);
    this.said = this.said.then(() => this.say(word)).catch(() => undefined); // what cannot be played can be read
  }

  /** Put away, and quiet. */
  stop(): void {
    announcement.value = null;
    this.voice?.stop();
  }

  private async say(word: Announcement): Promise<void> {
    await silence();
    if (announcement.value !== word) return;
    const voice = await playFile(this.audio(), word.audio);
    this.voice = voice;
    await new Promise((over) => (voice.onended = over));
    this.voice = null;
  }
}

/** Waits until BMO has said what it is saying. */
function silence(): Promise<void> {
  return new Promise((quiet) => {
    const forget = sounding.subscribe((on) => {
      if (on) return;
      queueMicrotask(() => forget());
      quiet();
    });
  });
}
