/** Timers as the app tells them, and the ringing of those that are done. */
import { playFile, ring } from "../audio/sounds";
import { alarm, faceState, room, timers } from "../model/store";
import { counting } from "../model/timers";
import type { Alarm, TimerLine, Timers } from "../protocol/messages";

export class Bell {
  private hush: (() => void) | null = null;
  /** How often the socket spoke about timers. */
  private told = 0;

  constructor(private readonly audio: () => AudioContext) {}

  /** The app says how the timers are now. */
  hear(word: Timers): void {
    this.told++;
    this.show(word);
  }

  /** A timer rings now. */
  rings(rung: Alarm): void {
    this.told++;
    this.start(rung);
  }

  /** Asks for the timers; what the socket tells in the meantime is newer than the answer. */
  async refresh(ask: () => Promise<Timers | null>): Promise<void> {
    const before = this.told;
    const answer = await ask();
    if (answer !== null && this.told === before) this.show(answer);
  }

  /** Quiet. */
  stop(): void {
    this.hush?.();
    this.hush = null;
    alarm.value = null;
  }

  private show(word: Timers): void {
    timers.value = counting(word.timers, performance.now());
    const ringing = word.timers.filter((timer) => timer.state === "ringing");
    const [first] = ringing.filter((timer) => !elsewhere(timer));
    if (ringing.length === 0) this.stop();
    // A page that came too late for the alarm itself rings all the same.
    else if (alarm.value === null && first !== undefined) this.start({ timer: first, sentence: "", audio: "", aloud: true });
  }

  private start(rung: Alarm): void {
    alarm.value = rung;
    if (!rung.aloud) return;
    // Who says "stop" has to be understood.
    this.hush ??= ring(this.audio(), () => faceState.value === "listening");
    if (rung.audio === "") return;
    void playFile(this.audio(), rung.audio).then(
      (node) => {
        const hush = this.hush;
        if (hush === null) node.stop();
        else this.hush = () => (hush(), node.stop());
      },
      () => undefined, // The ringing says it all: a sentence that cannot be played is not missed.
    );
  }
}

/** Set in another room: whether it is heard here too, only the app can tell. */
function elsewhere(timer: TimerLine): boolean {
  const plain = (name: string): string => name.trim().toLowerCase();
  return timer.room !== "" && room.value !== "" && plain(timer.room) !== plain(room.value);
}
