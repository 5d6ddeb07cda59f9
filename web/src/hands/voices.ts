/** The voices that BMO knows people by: what is known, and how it is taught. */
import { signal } from "@preact/signals";
import { NoMicrophone } from "../audio/capture";
import { Sentence } from "../audio/sentence";
import { type Rest, Trouble } from "../net/rest";
import type { LearntVoice, Voices, WhoseVoice } from "../protocol/messages";

export const voices = signal<Voices | null>(null);

/** What came of it, or the sentence to show. */
export type Result<T> = { readonly done: T } | { readonly wrong: string };

export class VoiceBook {
  private readonly sentence: Sentence;

  constructor(
    private readonly rest: Rest,
    audio: () => AudioContext,
  ) {
    this.sentence = new Sentence(audio);
  }

  refresh(): Promise<Result<Voices>> {
    return this.told(this.rest.voices());
  }

  /** Records from now on. */
  record(): Promise<Result<void>> {
    return result(this.sentence.start());
  }

  /** The recording is a sentence of this person. */
  async learn(person: string): Promise<Result<LearntVoice>> {
    const learnt = await result(this.rest.learnVoice(person, this.sentence.stop()));
    await this.refresh();
    return learnt;
  }

  /** Whose voice is in the recording? */
  whose(): Promise<Result<WhoseVoice>> {
    return result(this.rest.whoseVoice(this.sentence.stop()));
  }

  /** Nobody wants the recording. */
  drop(): void {
    this.sentence.stop();
  }

  forget(person: string): Promise<Result<Voices>> {
    return this.told(this.rest.forgetVoice(person));
  }

  private async told(call: Promise<Voices>): Promise<Result<Voices>> {
    const answer = await result(call);
    if ("done" in answer) voices.value = answer.done;
    return answer;
  }
}

async function result<T>(call: Promise<T>): Promise<Result<T>> {
  try {
    return { done: await call };
  } catch (fault) {
    if (fault instanceof Trouble) return { wrong: fault.sentence };
    if (fault instanceof NoMicrophone) return { wrong: fault.message };
    throw fault;
  }
}
