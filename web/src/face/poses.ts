/** The pose table: every look of the face as numbers. Lengths are units of a 400 x 240 drawing. */
import { bow, heart, lidded, oval, type Shape } from "./shapes";

export interface Pose {
  readonly left: Shape;
  readonly right: Shape;
  /** Height of the eyes above (-) or below (+) their usual place. */
  readonly eyeY: number;
  /** The size of the gleam in each eye, 0 to 1. */
  readonly gleamL: number;
  readonly gleamR: number;
  /** How red the eyes are, 0 to 1: for hearts. */
  readonly warm: number;
  /** 1 when the eyes can blink in this pose. */
  readonly blinks: number;
  /** Where the eyes look by themselves. */
  readonly gazeX: number;
  readonly gazeY: number;
  /** Brows: how visible (0 to 1), how high above the eye, how far the outer end drops. */
  readonly brow: number;
  readonly browY: number;
  readonly browTilt: number;
  /** Half the mouth's width. */
  readonly mouthW: number;
  readonly mouthY: number;
  /** How far the middle of the upper and the lower lip hang, on the left and on the right. */
  readonly upL: number;
  readonly upR: number;
  readonly lowL: number;
  readonly lowR: number;
  /** How far the mouth moves with the voice, 0 to 1. */
  readonly talks: number;
  readonly cheeks: number;
  readonly dots: number;
  readonly zzz: number;
  /** A headband: ready to fight. */
  readonly band: number;
}

const EYE = oval(22, 31);

const IDLE: Pose = {
  left: EYE,
  right: EYE,
  eyeY: 0,
  gleamL: 1,
  gleamR: 1,
  warm: 0,
  blinks: 1,
  gazeX: 0,
  gazeY: 0,
  brow: 0,
  browY: 50,
  browTilt: 0,
  mouthW: 34,
  mouthY: 158,
  upL: 20,
  upR: 20,
  lowL: 24,
  lowR: 24,
  talks: 1,
  cheeks: 0.75,
  dots: 0,
  zzz: 0,
  band: 0,
};

function pose(change: Partial<Pose>): Pose {
  return { ...IDLE, ...change };
}

function eyes(shape: Shape): Pick<Pose, "left" | "right"> {
  return { left: shape, right: shape };
}

/** A mouth of one bend: `up` and `low` lip. */
function mouth(mouthW: number, up: number, low: number, mouthY = IDLE.mouthY): Partial<Pose> {
  return { mouthW, mouthY, upL: up, upR: up, lowL: low, lowR: low };
}

export const POSES = {
  idle: IDLE,
  listening: pose({ ...eyes(oval(25, 35)), eyeY: -3, brow: 1, browY: 56, browTilt: 2, ...mouth(16, 9, 13), cheeks: 1 }),
  thinking: pose({ ...eyes(oval(21, 28)), gazeX: 13, gazeY: -15, brow: 1, browY: 47, browTilt: -2, mouthW: 20, mouthY: 164, upL: 2, upR: -7, lowL: 4, lowR: -5, dots: 1 }),
  speaking: pose({ ...mouth(36, 12, 26), cheeks: 0.9 }),
  happy: pose({ ...eyes(bow(30, 24)), gleamL: 0, gleamR: 0, blinks: 0, ...mouth(48, 6, 62, 146), cheeks: 1 }),
  surprised: pose({ ...eyes(oval(27, 38)), brow: 1, browY: 62, browTilt: 3, ...mouth(17, -24, 26, 168), cheeks: 0.8 }),
  sad: pose({ ...eyes(oval(22, 28)), eyeY: 5, gazeY: 6, brow: 1, browY: 42, browTilt: 12, ...mouth(30, -20, -15, 176), cheeks: 0.4 }),
  love: pose({ ...eyes(heart(34, 33)), warm: 1, gleamL: 0.9, gleamR: 0.9, blinks: 0, ...mouth(40, 12, 48, 152), cheeks: 1 }),
  wink: pose({ left: EYE, right: bow(28, 18), gleamR: 0, ...mouth(40, 14, 42, 154), cheeks: 1 }),
  curious: pose({ left: oval(26, 36), right: oval(20, 27), gleamR: 0.8, gazeX: 8, brow: 1, browY: 52, browTilt: 2, ...mouth(20, 4, 8, 164) }),
  proud: pose({ ...eyes(bow(28, 18)), gleamL: 0, gleamR: 0, blinks: 0, ...mouth(36, 22, 30), cheeks: 1 }),
  shy: pose({ ...eyes(oval(20, 27)), gazeX: -12, gazeY: 10, brow: 1, browY: 46, browTilt: 7, ...mouth(18, 10, 13, 164), cheeks: 1.3 }),
  cross: pose({ ...eyes(lidded(24, 29, 0.4)), gleamL: 0, gleamR: 0, brow: 1, browY: 33, browTilt: -9, ...mouth(28, -10, -6, 172), cheeks: 0.5 }),
  combat: pose({ ...eyes(lidded(26, 31, 0.3)), eyeY: 6, gleamL: 0, gleamR: 0, brow: 1, browY: 32, browTilt: -11, mouthW: 42, mouthY: 162, upL: -3, upR: -9, lowL: 22, lowR: 12, cheeks: 0.9, band: 1 }),
  alert: pose({ ...eyes(oval(28, 40)), eyeY: -4, brow: 1, browY: 60, browTilt: -3, ...mouth(34, -16, 46, 160), cheeks: 1 }),
  sleeping: pose({ ...eyes(bow(28, -15)), eyeY: 8, gleamL: 0, gleamR: 0, blinks: 0, ...mouth(12, 5, 11, 166), cheeks: 0.9, zzz: 1, talks: 0 }),
  error: pose({ left: oval(20, 27), right: oval(15, 20), gleamR: 0.7, eyeY: 4, brow: 1, browY: 42, browTilt: 11, mouthW: 32, mouthY: 168, upL: -16, upR: 14, lowL: -12, lowR: 18, cheeks: 0.4 }),
} as const satisfies Record<string, Pose>;

export type PoseName = keyof typeof POSES;

/** Other words a mood may come in. A mood never looks like a state or an alarm. */
const ALSO: Readonly<Record<string, PoseName>> = {
  joy: "happy",
  excited: "happy",
  laugh: "happy",
  laughing: "happy",
  smile: "happy",
  celebrate: "happy",
  angry: "cross",
  annoyed: "cross",
  sleepy: "sleeping",
  calm: "proud",
  dramatic: "surprised",
  sassy: "wink",
  sorry: "sad",
  worried: "sad",
  scared: "surprised",
  shocked: "surprised",
  confused: "curious",
  thinking: "curious",
  listening: "curious",
  alert: "surprised",
  playful: "wink",
  loving: "love",
  neutral: "idle",
};

/** The pose of a face that an answer asks for by its name; null for none. */
export function lookPose(look: string): PoseName | null {
  return look in POSES ? (look as PoseName) : null;
}

/** The pose of a mood or gesture; null for one the face does not know. */
export function moodPose(mood: string): PoseName | null {
  const word = mood.toLowerCase().split(":").at(-1) ?? "";
  return ALSO[word] ?? (word in POSES ? (word as PoseName) : null);
}
