/** Runs on the audio thread: microphone samples in, 80 ms frames of 16 kHz int16 out to the page. */
import { Framer, RATE } from "./frames";
import { Resampler } from "./resample";

// The audio thread's own globals; TypeScript's DOM library does not know them.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };

class Capture extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, RATE);
  private readonly framer = new Framer();

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const mono = inputs[0]?.[0];
    if (mono === undefined) return true;
    for (const frame of this.framer.push(this.resampler.push(mono))) this.port.postMessage(frame.buffer, [frame.buffer]);
    return true;
  }
}

registerProcessor("bmo-capture", Capture);
