/** Timers as the page counts them down between two words from the app. Pure. */
import type { TimerLine } from "../protocol/messages";

/** A timer and the moment (ms, the page's own clock) its `left` was true; the two machines' clocks may differ. */
export interface Counting {
  readonly line: TimerLine;
  readonly asOf: number;
}

export function counting(lines: readonly TimerLine[], now: number): Counting[] {
  return lines.map((line) => ({ line, asOf: now })).sort((a, b) => a.line.left - b.line.left);
}

/** Seconds until it rings, never below 0. */
export function left(timer: Counting, now: number): number {
  return Math.max(0, timer.line.left - (now - timer.asOf) / 1000);
}

/** How much of the ring is still there, from 1 (just set) to 0 (rings). */
export function share(timer: Counting, now: number): number {
  return timer.line.seconds > 0 ? Math.min(1, left(timer, now) / timer.line.seconds) : 0;
}

/** "4:59", "1:02:03": rounded up, so that a fresh timer shows what was asked for and 0:00 means now. */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** What a timer is called when nobody named it: "5 minutes", "1 hour 30 minutes", "45 seconds". */
export function spoken(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor((whole % 3600) / 60), "minute"],
    [whole % 60, "second"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`)
    .join(" ");
}
