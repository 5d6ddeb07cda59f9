/** Where the time of a turn went, as the parts of a bar. */

export interface Part {
  readonly name: string;
  /** Milliseconds. */
  readonly length: number;
}

/** Each part ends where its stage was reached; a stage that the turn did not have is left out. */
const PARTS: readonly (readonly [stage: string, name: string])[] = [
  ["endpoint", "silence"],
  ["transcript", "hearing"],
  ["first_word", "thinking"],
  ["first_audio", "voice"],
];

/** The parts from the end of speech, or the arrival of the text, to the first sound. */
export function parts(stages: Readonly<Record<string, number>>): readonly Part[] {
  let reached = 0;
  return PARTS.flatMap(([stage, name]) => {
    const at = stages[stage];
    if (at === undefined || at <= reached) return [];
    const length = at - reached;
    reached = at;
    return [{ name, length }];
  });
}
