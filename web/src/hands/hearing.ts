/** When the microphone is open: while a person pushes to talk, or always when the switch says so. */
import { type Capture, NoMicrophone } from "../audio/capture";
import { always, microphone } from "../model/store";
import type { Listen, TurnLine } from "../protocol/messages";

/** The longest push to talk, ms; the app decides long before when somebody stops speaking. */
const LONGEST_ONCE = 30_000;

interface Outside {
  /** Tells the app; frames are numbered from 0 after it. */
  listen: (mode: Listen["mode"]) => void;
  /** The microphone cannot be used, and why. */
  failed: (sentence: string) => void;
  /** It is open, speak now. */
  opened: () => void;
  /** What was said is understood. */
  understood: () => void;
}

export class Hearing {
  private ends = 0;
  /** While a push to talk waits: whether the app has confirmed that it listens. */
  private confirmed = false;
  /** The recording is handed in, but the app has not moved on: another `listen` would take it back. */
  private handingIn = false;

  constructor(
    private readonly capture: Capture,
    private readonly outside: Outside,
  ) {}

  /** Records now. */
  async once(): Promise<void> {
    this.confirmed = this.handingIn = false;
    microphone.value = "once";
    window.clearTimeout(this.ends);
    this.ends = window.setTimeout(() => this.handIn(), LONGEST_ONCE);
    if (!(await this.open())) return this.onceOver();
    // Somebody may have pressed "stop" while the browser asked for permission.
    if (microphone.peek() !== "once") return;
    this.outside.opened();
    this.listen("once");
  }

  /** The person is done: what was said so far is the question. */
  handIn(): void {
    this.outside.listen("off");
    window.clearTimeout(this.ends);
    microphone.value = "off";
    this.capture.close();
    this.handingIn = true;
  }

  /** The push to talk is over; the switch decides again. */
  onceOver(): void {
    if (microphone.value !== "once") return;
    window.clearTimeout(this.ends);
    microphone.value = "off";
    void this.settle();
  }

  setAlways(on: boolean): void {
    always.value = on;
    if (microphone.value === "once" || this.handingIn) return;
    if (!on && microphone.value === "always") this.outside.listen("off");
    void this.settle();
  }

  /** The app has to hear again how the microphone is to be heard. */
  renew(): void {
    if (microphone.value === "always") this.listen("always");
  }

  /** The line is new: the app has to hear again what the microphone is for. */
  joined(): void {
    this.handingIn = false;
    if (microphone.value === "once") this.onceOver();
    else void this.settle();
  }

  /** The app's words decide when a push to talk is over. */
  follow(line: TurnLine): void {
    const moved = (line.type === "state" && line.state !== "listening") || line.type === "end";
    if (this.handingIn && moved) {
      this.handingIn = false;
      void this.settle();
    }
    if (microphone.value !== "once") return;
    if (line.type === "state" && line.state === "listening") {
      this.confirmed = true;
    } else if (line.type === "transcript" && line.final) {
      this.outside.understood();
      this.onceOver();
    } else if (this.confirmed && moved) {
      this.onceOver();
    }
  }

  /** Nobody may listen any more. */
  close(): void {
    window.clearTimeout(this.ends);
    always.value = false;
    microphone.value = "off";
    this.capture.close();
  }

  /** Opens or closes the microphone as the switch says. */
  private async settle(): Promise<void> {
    if (!always.value) {
      this.capture.close();
      microphone.value = "off";
    } else if (!(await this.open())) {
      always.value = false;
      microphone.value = "off";
    } else if (always.peek() && microphone.peek() !== "once") {
      microphone.value = "always";
      this.listen("always");
    }
  }

  private listen(mode: "always" | "once"): void {
    this.outside.listen(mode);
    this.capture.restart();
  }

  private async open(): Promise<boolean> {
    try {
      await this.capture.open();
      return true;
    } catch (fault) {
      if (!(fault instanceof NoMicrophone)) throw fault;
      this.outside.failed(fault.message);
      return false;
    }
  }
}
