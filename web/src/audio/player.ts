/** BMO's voice: plays the pieces of an answer without gaps and says what was really heard. */
import type { AudioLine } from "../protocol/messages";
import { floats, loudness } from "./frames";
import { type Piece, type Plan, Schedule } from "./schedule";

/** Seconds over which the voice fades when it is told to stop: no click, and far below the promised 200 ms. */
const FADE = 0.02;
/** How often (ms) the player looks at the audio clock. */
const LOOK = 40;

interface Listener {
  began: (turn: string, clause: number) => void;
  heard: (turn: string, clause: number) => void;
  sounding: (on: boolean) => void;
}

export class Player {
  private readonly schedule = new Schedule<AudioBuffer>();
  private readonly nodes = new Map<Piece<AudioBuffer>, AudioBufferSourceNode>();
  private readonly meter = new Float32Array(512);
  private analyser: AnalyserNode | null = null;
  private voice: GainNode | null = null;
  private turn = "";
  /** The last answer, to be said again. */
  private kept: Pick<Piece<AudioBuffer>, "clause" | "sound">[] = [];
  /** Told to be quiet: what still arrives of this turn is not played. */
  private silenced = "";
  private watch = 0;

  constructor(
    private readonly audio: () => AudioContext,
    private readonly listener: Listener,
  ) {}

  play(line: AudioLine): void {
    if (line.turn === this.silenced) return;
    if (line.turn !== this.turn) {
      this.begin(line.turn);
      this.kept = [];
    }
    const context = this.audio();
    const samples = floats(line.pcm);
    // A last piece may be empty; it still has to mark the clause's end.
    const buffer = context.createBuffer(1, Math.max(1, samples.length), line.rate);
    buffer.copyToChannel(samples, 0);
    if (line.restart) this.kept = this.kept.filter((piece) => piece.clause !== line.clause);
    this.kept.push({ clause: line.clause, sound: buffer });
    this.queue({ clause: line.clause, length: buffer.duration, sound: buffer, last: line.last }, line.restart);
  }

  /** Says the last answer again. Nobody is told: the app knows that it was heard, or that it was stopped. */
  again(): void {
    this.begin("");
    for (const { clause, sound } of this.kept) this.queue({ clause, length: sound.duration, sound, last: false }, false);
  }

  /** Silence within FADE; later pieces of the same turn stay silent too. With a turn: only if that one is playing. */
  stop(turn = this.turn): void {
    if (turn !== this.turn) return;
    this.silenced = this.turn;
    this.hush();
  }

  /** How far the mouth is open, 0 to 1. */
  level(): number {
    if (this.analyser === null || this.watch === 0) return 0;
    this.analyser.getFloatTimeDomainData(this.meter);
    return loudness(this.meter, 1);
  }

  private queue(piece: Omit<Piece<AudioBuffer>, "start">, restart: boolean): void {
    this.carryOut(this.schedule.add(piece, restart, this.audio().currentTime));
    if (this.watch !== 0) return;
    this.watch = window.setInterval(() => this.look(), LOOK);
    this.listener.sounding(true);
  }

  private begin(turn: string): void {
    this.hush();
    this.turn = turn;
    const context = this.audio();
    this.analyser ??= new AnalyserNode(context, { fftSize: 512 });
    this.voice = new GainNode(context);
    this.voice.connect(this.analyser).connect(context.destination);
  }

  private hush(): void {
    this.schedule.clear();
    const now = this.audio().currentTime;
    this.voice?.gain.setTargetAtTime(0, now, FADE / 4);
    for (const node of this.nodes.values()) node.stop(now + FADE);
    this.nodes.clear();
    this.rest();
  }

  private carryOut(plan: Plan<AudioBuffer>): void {
    for (const piece of plan.drop) {
      this.nodes.get(piece)?.stop();
      this.nodes.delete(piece);
    }
    for (const piece of plan.play) {
      const node = new AudioBufferSourceNode(this.audio(), { buffer: piece.sound });
      if (this.voice !== null) node.connect(this.voice);
      node.start(piece.start);
      this.nodes.set(piece, node);
    }
  }

  private look(): void {
    const context = this.audio();
    // The clock counts what left the page; the ear hears it a little later.
    const now = context.currentTime - (context.outputLatency || 0);
    const begun = this.schedule.began(now);
    if (begun !== null) this.listener.began(this.turn, begun);
    for (const clause of this.schedule.heard(now)) this.listener.heard(this.turn, clause);
    for (const piece of this.nodes.keys()) if (piece.start + piece.length <= now) this.nodes.delete(piece);
    if (this.schedule.empty) this.rest();
  }

  private rest(): void {
    if (this.watch === 0) return;
    window.clearInterval(this.watch);
    this.watch = 0;
    this.listener.sounding(false);
  }
}
