/** The microphone: opened when BMO may listen, let go when it may not. */
import workletUrl from "./capture.worklet.ts?worker&url";
import { loudness } from "./frames";

/** Why the microphone cannot be used, as a sentence for the screen. */
export class NoMicrophone extends Error {}

// Echo cancellation keeps BMO from hearing itself. Noise suppression eats quiet consonants, and gain control doubles
// the room's noise while nobody speaks: wake word and endpointing do better with the sound as it is.
const WANTED: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: false,
  autoGainControl: false,
};

export class Capture {
  /** 0 to 1, for the ring around the face. */
  level = 0;
  private stream: MediaStream | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private node: AudioWorkletNode | null = null;
  private seq = 0;
  private opening: Promise<void> | null = null;
  private wanted = false;

  constructor(
    private readonly audio: () => AudioContext,
    private readonly send: (seq: number, samples: ArrayBuffer) => void,
  ) {}

  /** Opens the microphone if need be. @throws NoMicrophone with a sentence that says what to do. */
  async open(): Promise<void> {
    this.wanted = true;
    this.opening ??= this.connect();
    try {
      await this.opening;
    } finally {
      this.opening = null;
    }
    // Somebody may have changed their mind while the browser asked for permission.
    if (!this.wanted) this.close();
  }

  /** The next frame is number 0: called right after each `listen`. */
  restart(): void {
    this.seq = 0;
  }

  close(): void {
    this.wanted = false;
    this.source?.disconnect();
    this.node?.disconnect();
    if (this.node !== null) this.node.port.onmessage = null;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = this.source = this.node = null;
    this.level = 0;
  }

  private async connect(): Promise<void> {
    if (this.node !== null) return;
    const context = this.audio();
    const stream = await microphone();
    try {
      await context.resume();
      await context.audioWorklet.addModule(workletUrl);
    } catch (fault) {
      for (const track of stream.getTracks()) track.stop();
      throw new NoMicrophone("I can't use the microphone in this browser.", { cause: fault });
    }
    this.stream = stream;
    this.source = context.createMediaStreamSource(stream);
    this.node = new AudioWorkletNode(context, "bmo-capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    this.node.port.onmessage = (message: MessageEvent<ArrayBuffer>) => this.heard(message.data);
    this.source.connect(this.node);
  }

  private heard(samples: ArrayBuffer): void {
    this.level = loudness(new Int16Array(samples), 32_768);
    this.send(this.seq++, samples);
  }
}

async function microphone(): Promise<MediaStream> {
  // Browsers hide the microphone from pages that did not come over https or from this machine.
  if (navigator.mediaDevices === undefined) {
    throw new NoMicrophone("The microphone only works over https, or on the machine BMO runs on.");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: WANTED });
  } catch (fault) {
    const name = fault instanceof DOMException ? fault.name : "";
    if (name === "NotAllowedError") throw new NoMicrophone("I may not use the microphone. Please allow it in the browser.");
    if (name === "NotFoundError") throw new NoMicrophone("I can't find a microphone. Is one plugged in?");
    throw new NoMicrophone("The microphone did not start. Is another program using it?", { cause: fault });
  }
}
