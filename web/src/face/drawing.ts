/** From a pose to the attributes of the drawing. Pure. */
import type { Pose } from "./poses";
import { outline } from "./shapes";

/** What moves on top of the pose. */
export interface Moment {
  /** How far the eyes are closed by a blink, 0 to 1. */
  readonly closed: number;
  /** Where the eyes look, drawing units. */
  readonly gazeX: number;
  readonly gazeY: number;
  /** How loud the voice is, 0 to 1. */
  readonly voice: number;
}

const LEFT = 122;
const RIGHT = 278;
const EYES = 100;
const MIDDLE = 200;

/** Attribute values by part: only what changed is written to the page. */
export interface Drawing {
  readonly eyeL: string;
  readonly eyeR: string;
  readonly gleamL: string;
  readonly gleamR: string;
  readonly warm: string;
  readonly browL: string;
  readonly browR: string;
  readonly brow: string;
  readonly mouth: string;
  readonly tongue: string;
  readonly cheeks: string;
  readonly dots: string;
  readonly zzz: string;
  readonly band: string;
}

export function drawing(pose: Pose, moment: Moment): Drawing {
  const open = 1 - 0.94 * moment.closed * pose.blinks;
  const x = pose.gazeX + moment.gazeX;
  const y = EYES + pose.eyeY + pose.gazeY * 0.6 + moment.gazeY * 0.7;
  // The gleam runs ahead of the eye a little, and is gone in an eye that is closed.
  const gleam = (eye: number, size: number): string => {
    const gx = eye + x * 1.35 + 8;
    const gy = y - 12 * open + pose.gazeY * 0.2 + moment.gazeY * 0.3;
    return `translate(${gx.toFixed(1)} ${gy.toFixed(1)}) scale(${(open > 0.5 ? size * open : 0).toFixed(2)})`;
  };
  return {
    eyeL: outline(pose.left, LEFT + x, y, open),
    eyeR: outline(pose.right, RIGHT + x, y, open),
    gleamL: gleam(LEFT, pose.gleamL),
    gleamR: gleam(RIGHT, pose.gleamR),
    warm: pose.warm.toFixed(2),
    browL: brow(LEFT + x * 0.6, y, pose, -1),
    browR: brow(RIGHT + x * 0.6, y, pose, 1),
    brow: pose.brow.toFixed(2),
    ...mouth(pose, moment),
    cheeks: (0.62 * pose.cheeks).toFixed(2),
    dots: pose.dots.toFixed(2),
    zzz: pose.zzz.toFixed(2),
    band: pose.band.toFixed(2),
  };
}

/** A short bent stroke above an eye; `side` is -1 for the left one. */
function brow(x: number, eyeY: number, pose: Pose, side: number): string {
  const y = eyeY - pose.browY;
  const inner = (x - side * 17).toFixed(1);
  const outer = (x + side * 17).toFixed(1);
  const tilt = pose.browTilt;
  return `M${inner} ${(y - tilt * 0.4).toFixed(1)}Q${x.toFixed(1)} ${(y - 5).toFixed(1)} ${outer} ${(y + tilt).toFixed(1)}`;
}

/** Lips nearer than this (drawing units) are a closed mouth: no tongue between them. */
const CLOSED = 16;

function mouth(pose: Pose, moment: Moment): Pick<Drawing, "mouth" | "tongue"> {
  const voice = moment.voice * pose.talks;
  const x = MIDDLE + moment.gazeX * 0.3 + pose.gazeX * 0.4;
  // A talking mouth gets rounder: narrower as it opens, and the whole of it rises a little.
  const w = pose.mouthW * (1 - 0.18 * voice);
  const y = pose.mouthY - 10 * voice;
  const up = (bend: number): number => bend - 14 * voice;
  const low = (bend: number): number => bend + 46 * voice;
  const gap = low((pose.lowL + pose.lowR) / 2) - up((pose.upL + pose.upR) / 2);
  const round = 0.62 + 0.36 * Math.max(0, Math.min(1, gap / 50));
  const at = (px: number, py: number): string => `${px.toFixed(1)} ${py.toFixed(1)}`;
  const path =
    `M${at(x - w, y)}C${at(x - w * 0.5, y + up(pose.upL))} ${at(x + w * 0.5, y + up(pose.upR))} ${at(x + w, y)}` +
    `C${at(x + w * round, y + low(pose.lowR))} ${at(x - w * round, y + low(pose.lowL))} ${at(x - w, y)}Z`;
  const floor = y + 0.75 * low((pose.lowL + pose.lowR) / 2);
  const tongue = Math.max(0, Math.min(1, (gap - CLOSED) / CLOSED)) * (w / 36);
  return { mouth: path, tongue: `translate(${at(x, floor + 3)}) scale(${tongue.toFixed(2)})` };
}
