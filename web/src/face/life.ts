/** What makes a face look alive: blinks and glances. Pure: time (ms) and luck (0 to 1) are passed in. */

/** ms between blinks. */
const BLINK_MIN = 3_000;
const BLINK_MAX = 7_000;
/** ms from open to open again. */
const BLINK_LENGTH = 170;
/** How far a glance goes, drawing units. */
const GLANCE = 9;

export class Blinker {
  private next: number;
  /** Where the eyes rest until the next blink, -1 to 1. */
  glanceX = 0;
  glanceY = 0;

  constructor(
    private readonly luck: () => number,
    now: number,
  ) {
    this.next = now + this.pause();
  }

  /** How far the eyes are closed: 0 open, 1 closed. */
  closed(now: number): number {
    const into = now - this.next;
    if (into < 0) return 0;
    if (into >= BLINK_LENGTH) {
      this.next = now + this.pause();
      // Every other blink or so, the eyes come to rest somewhere else.
      const wanders = this.luck() < 0.5;
      this.glanceX = wanders ? (this.luck() * 2 - 1) * GLANCE : 0;
      this.glanceY = wanders ? (this.luck() * 2 - 1) * GLANCE * 0.5 : 0;
      return 0;
    }
    return Math.sin((into / BLINK_LENGTH) * Math.PI);
  }

  private pause(): number {
    return BLINK_MIN + this.luck() * (BLINK_MAX - BLINK_MIN);
  }
}

/** A number that follows another softly; `speed` is the share of the way covered in 16 ms. */
export class Follower {
  value = 0;

  constructor(private readonly speed: number) {}

  towards(target: number, elapsed: number): number {
    this.value += (target - this.value) * (1 - (1 - this.speed) ** (elapsed / 16));
    if (Math.abs(target - this.value) < 0.01) this.value = target;
    return this.value;
  }
}
