/** One sentence read into the microphone, as a WAV file. */
import { Capture } from "./capture";
import { RATE } from "./frames";

/** A reading is cut here, ms: whoever forgets the button is not recorded all day. */
const LONGEST = 20_000;

export class Sentence {
  private readonly capture: Capture;
  private pieces: Int16Array[] = [];
  private cut = 0;

  constructor(audio: () => AudioContext) {
    this.capture = new Capture(audio, (_, samples) => this.pieces.push(new Int16Array(samples)));
  }

  /** 0 to 1. */
  get level(): number {
    return this.capture.level;
  }

  /** Records from now on. @throws NoMicrophone with a sentence that says what to do. */
  async start(): Promise<void> {
    this.pieces = [];
    await this.capture.open();
    this.cut = window.setTimeout(() => this.capture.close(), LONGEST);
  }

  /** What was read: 16 kHz, mono, int16. */
  stop(): Blob {
    window.clearTimeout(this.cut);
    this.capture.close();
    const pieces = this.pieces;
    this.pieces = [];
    return wav(pieces);
  }
}

/** A WAV file of samples at 16 kHz mono. */
export function wav(pieces: readonly Int16Array[]): Blob {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string): void => {
    for (const [i, letter] of [...word].entries()) head.setUint8(at + i, letter.charCodeAt(0));
  };
  text(0, "RIFF");
  head.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, RATE, true);
  head.setUint32(28, RATE * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, "data");
  head.setUint32(40, bytes, true);
  return new Blob([head.buffer, ...pieces.map((piece) => new Uint8Array(piece.buffer as ArrayBuffer, piece.byteOffset, piece.byteLength))], {
    type: "audio/wav",
  });
}
