// Made by `npm run types` from bmo.wire.schema. Nobody edits this file.

export type Pcm = ArrayBuffer;
/**
 * One event of a turn.
 */
export type TurnLine =
  | StateLine
  | WakeLine
  | TranscriptLine
  | ReplyLine
  | TagLine
  | ActionLine
  | ProviderLine
  | AudioLine
  | FailingLine
  | TimingLine
  | EndLine;

export interface PageMessages {
  ActionLine: ActionLine;
  Alarm: Alarm;
  Ask: Ask;
  AudioLine: AudioLine;
  CapabilityBadge: CapabilityBadge;
  EarsReset: EarsReset;
  EndLine: EndLine;
  FailingLine: FailingLine;
  FrameHead: FrameHead;
  Listen: Listen;
  Played: Played;
  Problem: Problem;
  ProviderLine: ProviderLine;
  ReplyLine: ReplyLine;
  ScoredHead: ScoredHead;
  ServerBadge: ServerBadge;
  StateLine: StateLine;
  Status: Status;
  Stop: Stop;
  TagLine: TagLine;
  TimerLine: TimerLine;
  Timers: Timers;
  TimingLine: TimingLine;
  TranscriptLine: TranscriptLine;
  TurnLine: TurnLine;
  WakeLine: WakeLine;
}
/**
 * An action that was carried out, or refused.
 */
export interface ActionLine {
  type: "action";
  turn: string;
  tool: string;
  arguments: {
    [k: string]: unknown;
  };
  result: {
    [k: string]: unknown;
  };
}
/**
 * Down, event `alarm`: a timer rings now. The page rings until it is stopped.
 *
 * `audio` is the URL of the sentence as WAV; empty when no voice could say it.
 */
export interface Alarm {
  timer: TimerLine;
  sentence: string;
  audio: string;
}
/**
 * One timer, as REST and page see it.
 */
export interface TimerLine {
  id: number;
  name: string;
  seconds: number;
  left: number;
  state: "running" | "ringing";
  due: string;
}
/**
 * Up, `ask`: a typed question. `aloud` asks for the spoken answer too.
 */
export interface Ask {
  text: string;
  conversation: string;
  aloud: boolean;
}
/**
 * A piece of the spoken answer. The same clause again replaces what was not yet played of it.
 */
export interface AudioLine {
  type: "audio";
  turn: string;
  clause: number;
  rate: number;
  pcm: Pcm;
  restart: boolean;
  last: boolean;
}
/**
 * Who would serve a capability now, and who may be pinned to it.
 */
export interface CapabilityBadge {
  capability: string;
  provider: string;
  reason: string;
  choices: string[];
  pinned: string;
}
/**
 * Down, event `reset_ears`, to a satellite with models of its own: let them forget what they heard.
 */
export interface EarsReset {}
/**
 * Exactly one for every turn.
 */
export interface EndLine {
  type: "end";
  turn: string;
  outcome: "done" | "nothing_heard" | "cancelled" | "failed";
  code: string;
  sentence: string;
}
/**
 * The turn will end as failed: what to show while the apology is still being said.
 */
export interface FailingLine {
  type: "failing";
  turn: string;
  code: string;
  sentence: string;
}
/**
 * Up, `frame` with two arguments: this head, then 80 ms of 16 kHz mono int16 samples as binary.
 */
export interface FrameHead {
  seq: number;
}
/**
 * Up, `listen`: the microphone is on. `always` waits for the wake word, `once` records now.
 */
export interface Listen {
  mode: "always" | "once" | "off";
  own_ears: boolean;
}
/**
 * Up, `played`: this clause was heard to its end.
 */
export interface Played {
  turn: string;
  clause: number;
}
/**
 * The body of every answer that is not a success, over REST, socket and CLI alike.
 */
export interface Problem {
  code: string;
  sentence: string;
}
/**
 * Who served a stage. `reason` is a sentence when it was not the first choice, else empty.
 */
export interface ProviderLine {
  type: "provider";
  turn: string;
  stage: "chat" | "transcribe" | "speak";
  provider: string;
  reason: string;
}
/**
 * A piece of the answer's text; append it.
 */
export interface ReplyLine {
  type: "reply";
  turn: string;
  text: string;
}
/**
 * Up, `scored` with two arguments: this head, then 80 ms of 16 kHz mono int16 samples as binary.
 *
 * For a satellite with wake word and voice activity models of its own. It may keep back what nobody needs: what
 * comes is taken as following on what came before.
 */
export interface ScoredHead {
  seq: number;
  wake: number;
  speech: number[];
}
/**
 * One AI server on the status row.
 */
export interface ServerBadge {
  name: string;
  state: "ok" | "degraded" | "draining" | "down" | "unknown";
  sentence: string;
}
/**
 * What BMO is doing; drives the face.
 */
export interface StateLine {
  type: "state";
  state: "idle" | "listening" | "thinking" | "speaking" | "error";
  turn: string;
}
/**
 * Down, event `status`, whenever it changes; also the body of GET /api/health.
 */
export interface Status {
  state: "ok" | "degraded" | "down";
  version: string;
  servers: ServerBadge[];
  capabilities: CapabilityBadge[];
  notices: string[];
  wake: boolean;
  pin_needed: boolean;
}
/**
 * Up, `stop`: be quiet and drop the turn.
 */
export interface Stop {
  turn: string;
}
/**
 * A mood or gesture for the face, such as `happy`.
 */
export interface TagLine {
  type: "tag";
  turn: string;
  tag: string;
}
/**
 * Down, event `timers`, whenever one changes; also the body of GET /api/timers.
 */
export interface Timers {
  timers: TimerLine[];
}
/**
 * How long each stage took, in milliseconds from the end of speech or the arrival of the text.
 */
export interface TimingLine {
  type: "timing";
  turn: string;
  stages: {
    [k: string]: number;
  };
}
/**
 * What was understood of the person's speech.
 */
export interface TranscriptLine {
  type: "transcript";
  turn: string;
  text: string;
  final: boolean;
}
/**
 * The wake word was heard.
 */
export interface WakeLine {
  type: "wake";
  score: number;
  turn: string;
}
