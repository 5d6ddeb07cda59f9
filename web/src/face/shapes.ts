/**
 * The few shapes of the face. An eye is always four curves (12 points, flat x, y list, around its own centre), whatever
 * it looks like: so any look can turn into any other by moving points.
 */

export type Shape = readonly number[];

/** How far a control point lies from a corner so that four curves make an ellipse. */
const ROUND = 0.5523;

/** Mirrors a right half (from top to bottom: 7 points) into a closed outline of 12. */
function mirrored(half: readonly (readonly [number, number])[]): Shape {
  const back = half
    .slice(1, -1)
    .reverse()
    .map(([x, y]) => [-x, y] as const);
  return [...half, ...back].flat();
}

/** Awake. */
export function oval(w: number, h: number): Shape {
  return mirrored([
    [0, -h],
    [ROUND * w, -h],
    [w, -ROUND * h],
    [w, 0],
    [w, ROUND * h],
    [ROUND * w, h],
    [0, h],
  ]);
}

/** A bow: up for joy (h > 0), down for sleep (h < 0). */
export function bow(w: number, h: number): Shape {
  return mirrored([
    [0, -h],
    [0.55 * w, -h],
    [0.9 * w, -0.35 * h],
    [w, 0.5 * h],
    [0.84 * w, -0.1 * h],
    [0.5 * w, -h * 0.78],
    [0, -h * 0.78],
  ]);
}

/** In love. */
export function heart(w: number, h: number): Shape {
  return mirrored([
    [0, -0.42 * h],
    [0.22 * w, -1.05 * h],
    [1.12 * w, -1.1 * h],
    [1.08 * w, -0.22 * h],
    [1.02 * w, 0.32 * h],
    [0.4 * w, 0.66 * h],
    [0, 1.05 * h],
  ]);
}

/** An eye with a flat lid on top: bored, suspicious or cross, by how far the lid leans (px, inner end lower if > 0). */
export function lidded(w: number, h: number, lid: number): Shape {
  return mirrored([
    [0, -h * lid],
    [ROUND * w, -h * lid],
    [w * 0.98, -h * lid],
    [w, 0],
    [w, ROUND * h],
    [ROUND * w, h],
    [0, h],
  ]);
}

/** The outline as an SVG path, at x, y, squashed vertically by `open` (1 is open, 0 is closed). */
export function outline(shape: Shape, x: number, y: number, open: number): string {
  const point = (index: number): string => {
    const at = (index % 12) * 2;
    return `${(x + (shape[at] ?? 0)).toFixed(1)} ${(y + (shape[at + 1] ?? 0) * open).toFixed(1)}`;
  };
  const curves = [0, 3, 6, 9].map((from) => `C${point(from + 1)} ${point(from + 2)} ${point(from + 3)}`);
  return `M${point(0)}${curves.join("")}Z`;
}
