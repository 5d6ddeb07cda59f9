/** The voice that BMO speaks with: which there are, which it is, and what one sounds like. */
import { signal } from "@preact/signals";
import { type Rest, Trouble } from "../net/rest";
import type { VoiceNames } from "../protocol/messages";

const SETTING = "voice.voice";
const SAMPLE = "Hello! This is how I sound. Shall we play a game?";

export const ownVoice = signal<VoiceNames | null>(null);
/** Why the voice cannot be changed here; empty when it can. */
export const voiceFixed = signal("");

export class OwnVoice {
  private playing: AudioBufferSourceNode | null = null;

  constructor(
    private readonly rest: Rest,
    private readonly audio: () => AudioContext,
  ) {}

  /** All three come back with the sentence to show, empty when all is well. */
  refresh(): Promise<string> {
    return told(async () => {
      const [names, settings] = await Promise.all([this.rest.voiceNames(), this.rest.settings()]);
      ownVoice.value = names;
      voiceFixed.value = settings.settings.find((one) => one.key === SETTING)?.read_only ?? "";
    });
  }

  choose(name: string): Promise<string> {
    return told(async () => {
      await this.rest.changeSettings({ [SETTING]: name });
      if (ownVoice.value !== null) ownVoice.value = { ...ownVoice.value, own: name };
    });
  }

  /** Plays a few words in this voice; ends when they are over. */
  hear(name: string): Promise<string> {
    return told(async () => {
      const context = this.audio();
      const wav = await this.rest.say(SAMPLE, name);
      const node = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(wav) });
      this.playing?.stop();
      this.playing = node;
      node.connect(context.destination);
      node.start();
      await new Promise((over) => (node.onended = over));
    });
  }
}

async function told(work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return "";
  } catch (fault) {
    if (fault instanceof Trouble) return fault.sentence;
    throw fault;
  }
}
