/** Turning one pose into another. Pure: time (ms) is passed in. */
import type { Pose } from "./poses";

/** How long a change of pose takes, ms. */
export const BLEND = 160;

/** Soft start, soft end. */
function eased(t: number): number {
  return t * t * (3 - 2 * t);
}

/** The pose between two: 0 is `from`, 1 is `to`. */
export function between(from: Pose, to: Pose, t: number): Pose {
  if (t <= 0) return from;
  if (t >= 1) return to;
  const mixed: Record<string, number | number[]> = {};
  for (const key of Object.keys(to) as (keyof Pose)[]) {
    const a = from[key];
    const b = to[key];
    mixed[key] =
      typeof a === "number" || typeof b === "number"
        ? mix(a as number, b as number, t)
        : b.map((value, index) => mix(a[index] ?? value, value, t));
  }
  return mixed as unknown as Pose;
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** A face on its way from where it was to where it should be. */
export class Blend {
  private from: Pose;
  private since = Number.NEGATIVE_INFINITY;

  constructor(private target: Pose) {
    this.from = target;
  }

  /** Heads for another pose, from whatever the face shows at this moment. */
  towards(target: Pose, now: number): void {
    if (target === this.target) return;
    this.from = this.at(now);
    this.target = target;
    this.since = now;
  }

  /** Shows another pose at once, for people who asked for less motion. */
  jump(target: Pose): void {
    this.target = this.from = target;
    this.since = Number.NEGATIVE_INFINITY;
  }

  at(now: number): Pose {
    return between(this.from, this.target, eased(Math.min(1, (now - this.since) / BLEND)));
  }
}
