/** BMO's small sounds, one family: soft plucked tones, made here and nowhere recorded. */

/** Hz, seconds after the start, seconds long, loudness 0 to 1. */
type Note = readonly [pitch: number, at: number, length: number, loud: number];

const C5 = 523.25;
const E5 = 659.25;
const G5 = 783.99;
const A5 = 880;
const C6 = 1046.5;
const E6 = 1318.51;
const G4 = 392;
const E4 = 329.63;

const SOUNDS = {
  /** Something opened its ears. */
  wake: [[G5, 0, 0.16, 0.5], [C6, 0.09, 0.24, 0.6]],
  /** It listens on: softer, as nobody asked for it. */
  follow: [[E6, 0, 0.2, 0.22]],
  /** Your words arrived. */
  heard: [[C6, 0, 0.1, 0.35], [G5, 0.07, 0.16, 0.35]],
  /** A thing is done. */
  done: [[C5, 0, 0.14, 0.4], [E5, 0.08, 0.14, 0.4], [G5, 0.16, 0.3, 0.5]],
  /** It did not work. */
  sorry: [[G4, 0, 0.22, 0.45], [E4, 0.16, 0.36, 0.45]],
} as const satisfies Record<string, readonly Note[]>;

export type Sound = keyof typeof SOUNDS;

export function chime(context: AudioContext, sound: Sound): void {
  for (const note of SOUNDS[sound]) pluck(context, context.destination, note, context.currentTime + 0.01);
}

function pluck(context: AudioContext, to: AudioNode, [pitch, at, length, loud]: Note, from: number): void {
  const start = from + at;
  const envelope = new GainNode(context, { gain: 0 });
  envelope.gain.setValueAtTime(0, start);
  envelope.gain.linearRampToValueAtTime(loud * 0.3, start + 0.012);
  envelope.gain.exponentialRampToValueAtTime(0.0005, start + length + 0.25);
  envelope.connect(to);
  // A quiet octave above the tone gives it the ring of a toy bell.
  for (const [multiple, share] of [[1, 1], [2.01, 0.22]] as const) {
    const tone = new OscillatorNode(context, { type: "sine", frequency: pitch * multiple });
    const gain = new GainNode(context, { gain: share });
    tone.connect(gain).connect(envelope);
    tone.start(start);
    tone.stop(start + length + 0.3);
  }
}

/** Seconds between two calls of the alarm. */
const EVERY = 1.6;
/** Rounds until the alarm is as loud as it gets: half a minute from a whisper to a call. */
const ROUNDS = 18;
const CALL: readonly Note[] = [
  [A5, 0, 0.16, 1],
  [C6, 0.18, 0.16, 1],
  [A5, 0.36, 0.16, 1],
  [C6, 0.54, 0.3, 1],
];

/** Rings, louder with every round, until the returned function is called; pauses while `hushed`. */
export function ring(context: AudioContext, hushed: () => boolean): () => void {
  const volume = new GainNode(context, { gain: 0.25 });
  volume.connect(context.destination);
  let round = 0;
  const call = (): void => {
    if (hushed()) return;
    volume.gain.value = 0.25 + 1.35 * Math.min(1, round++ / ROUNDS);
    for (const note of CALL) pluck(context, volume, note, context.currentTime + 0.02);
  };
  call();
  const timer = window.setInterval(call, EVERY * 1000);
  return () => {
    window.clearInterval(timer);
    volume.disconnect();
  };
}

/** Plays a sound file of the app once. @throws when it is gone or not a sound; the ringing goes on without it. */
export async function playFile(context: AudioContext, url: string): Promise<AudioBufferSourceNode> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`no sound at ${url}`);
  const buffer = await context.decodeAudioData(await answer.arrayBuffer());
  const node = new AudioBufferSourceNode(context, { buffer });
  node.connect(context.destination);
  node.start();
  return node;
}
