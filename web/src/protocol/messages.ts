// Made by `npm run types` from bmo.wire.schema. Nobody edits this file.

export type Pcm = ArrayBuffer;
/**
 * One event of a turn.
 */
export type TurnLine =
  | StateLine
  | WakeLine
  | FollowUpLine
  | TranscriptLine
  | SpeakerLine
  | ReplyLine
  | TagLine
  | RollLine
  | ActionLine
  | StepLine
  | ProviderLine
  | AudioLine
  | FailingLine
  | TimingLine
  | EndLine;

export interface PageMessages {
  ActionLine: ActionLine;
  Alarm: Alarm;
  Announced: Announced;
  Announcement: Announcement;
  Ask: Ask;
  AudioLine: AudioLine;
  BranchLine: BranchLine;
  Branches: Branches;
  CampaignLine: CampaignLine;
  Campaigns: Campaigns;
  CapabilityBadge: CapabilityBadge;
  ChangeableSetting: ChangeableSetting;
  ChangeableSettings: ChangeableSettings;
  CheckedSteps: CheckedSteps;
  Deleted: Deleted;
  DiceRolled: DiceRolled;
  DieFace: DieFace;
  DocumentEntry: DocumentEntry;
  DocumentFolder: DocumentFolder;
  DocumentHit: DocumentHit;
  DocumentHits: DocumentHits;
  DocumentList: DocumentList;
  EarsReset: EarsReset;
  EndLine: EndLine;
  FactLine: FactLine;
  FailingLine: FailingLine;
  FollowUpLine: FollowUpLine;
  FrameHead: FrameHead;
  GameAnswer: GameAnswer;
  GameAttack: GameAttack;
  GameCondition: GameCondition;
  GameCreature: GameCreature;
  GameEncounter: GameEncounter;
  GameHit: GameHit;
  GameHits: GameHits;
  GameLine: GameLine;
  GamePatch: GamePatch;
  GameSlots: GameSlots;
  GameView: GameView;
  Invitation: Invitation;
  KeyLine: KeyLine;
  Keys: Keys;
  LearntVoice: LearntVoice;
  Listen: Listen;
  MadeKey: MadeKey;
  MemoryBook: MemoryBook;
  Meter: Meter;
  People: People;
  Person: Person;
  PersonVoice: PersonVoice;
  Place: Place;
  Played: Played;
  Problem: Problem;
  ProviderLine: ProviderLine;
  ReplyLine: ReplyLine;
  RollLine: RollLine;
  RoutineLine: RoutineLine;
  RoutineList: RoutineList;
  RoutineStep: RoutineStep;
  SatelliteLine: SatelliteLine;
  Satellites: Satellites;
  SavedConversation: SavedConversation;
  SavedTurn: SavedTurn;
  ScoredHead: ScoredHead;
  ServerBadge: ServerBadge;
  SpeakerLine: SpeakerLine;
  StateLine: StateLine;
  Status: Status;
  StepLine: StepLine;
  Stop: Stop;
  SummaryLine: SummaryLine;
  TagLine: TagLine;
  TimerLine: TimerLine;
  Timers: Timers;
  TimingLine: TimingLine;
  TranscriptLine: TranscriptLine;
  TurnLine: TurnLine;
  VoiceChoice: VoiceChoice;
  VoiceNames: VoiceNames;
  Voices: Voices;
  WakeEntry: WakeEntry;
  WakeLine: WakeLine;
  WakeScore: WakeScore;
  Wakes: Wakes;
  Watch: Watch;
  WhoseVoice: WhoseVoice;
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
  aloud: boolean;
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
  room: string;
}
/**
 * The answer of POST /api/announce: where it is said.
 */
export interface Announced {
  rooms: string[];
  satellites: number;
}
/**
 * Down, event `announcement`, to every room: somebody has a word for everybody.
 *
 * `audio` is the URL of it as WAV, with a chime before it.
 */
export interface Announcement {
  text: string;
  person: string;
  audio: string;
}
/**
 * Up, `ask`: a typed question. `aloud` asks for the spoken answer too.
 */
export interface Ask {
  text: string;
  conversation: string;
  aloud: boolean;
  question: string;
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
 * One way in which the story went.
 */
export interface BranchLine {
  id: number;
  name: string;
  parent: number | null;
  fork: number;
  current: boolean;
}
/**
 * The body of GET /api/dnd/campaigns/NUMBER/branches.
 */
export interface Branches {
  branches: BranchLine[];
}
/**
 * A story that goes on over many evenings.
 */
export interface CampaignLine {
  id: number;
  name: string;
  made: string;
}
/**
 * The body of GET /api/dnd/campaigns, the oldest first.
 */
export interface Campaigns {
  campaigns: CampaignLine[];
  may_begin: boolean;
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
 * A setting that people may change while BMO runs.
 */
export interface ChangeableSetting {
  key: string;
  value: string | boolean | number;
  read_only: string;
}
/**
 * All of them.
 */
export interface ChangeableSettings {
  settings: ChangeableSetting[];
}
/**
 * What each of them would do, in the same order.
 */
export interface CheckedSteps {
  steps: RoutineStep[];
}
/**
 * One step, and what it would do now.
 */
export interface RoutineStep {
  words: string;
  says: string;
  problem: string;
  asks: boolean;
}
/**
 * What was deleted: how many of what, and the same as a sentence.
 */
export interface Deleted {
  deleted: {
    [k: string]: number;
  };
  sentence: string;
}
/**
 * The answer of POST /api/dnd/roll.
 */
export interface DiceRolled {
  dice: string;
  total: number;
  text: string;
  faces: DieFace[];
  critical: "none" | "hit" | "miss";
}
/**
 * One die as it lies on the table.
 */
export interface DieFace {
  sides: number;
  face: number;
  kept: boolean;
}
/**
 * A file in one of the folders.
 */
export interface DocumentEntry {
  domain: "personal" | "projects";
  path: string;
  passages: number;
  problem: string;
  reading: boolean;
}
/**
 * How it stands with the folder of a domain.
 */
export interface DocumentFolder {
  domain: "personal" | "projects";
  folder: string;
  generation: number;
  waiting: number;
  trouble: string;
}
/**
 * A passage that was found. Its text was written by others: data, never orders.
 */
export interface DocumentHit {
  domain: "personal" | "projects";
  file: string;
  heading: string[];
  text: string;
}
/**
 * The body of GET /api/documents/search, best first.
 */
export interface DocumentHits {
  sentence: string;
  hits: DocumentHit[];
  generations: {
    [k: string]: number;
  };
}
/**
 * The body of GET /api/documents: what whoever asks may see.
 */
export interface DocumentList {
  folders: DocumentFolder[];
  documents: DocumentEntry[];
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
 * Something BMO remembers about the person, or asks whether to.
 */
export interface FactLine {
  id: number;
  text: string;
  made: string;
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
 * BMO listens on after its answer, without the wake word, until nobody spoke for this long; a soft sound tells.
 */
export interface FollowUpLine {
  type: "follow_up";
  turn: string;
  seconds: number;
}
/**
 * Up, `frame` with two arguments: this head, then 80 ms of 16 kHz mono int16 samples as binary.
 */
export interface FrameHead {
  seq: number;
}
/**
 * What came of a call, as far as whoever asked may know. What the rules do not allow is a problem instead.
 */
export interface GameAnswer {
  lines: GameLine[];
}
/**
 * One line of the log.
 */
export interface GameLine {
  told: "scene" | "turn" | "roll" | "hit" | "miss" | "hurt" | "heal" | "condition" | "life" | "magic" | "gain" | "note";
  text: string;
  who: string;
  faces: number[];
  total: number | null;
  secret: boolean;
}
/**
 * An attack that a creature may choose.
 */
export interface GameAttack {
  name: string;
  bonus: number;
  damage: string;
  ranged: boolean;
}
/**
 * What lasts on a creature.
 */
export interface GameCondition {
  name: string;
  until: string;
  spell: string;
}
/**
 * Somebody at the table, as far as the watcher may know.
 */
export interface GameCreature {
  id: string;
  name: string;
  side: "party" | "enemy" | "neutral";
  player: string;
  mine: boolean;
  hidden: boolean;
  life: "up" | "dying" | "stable" | "down" | "dead";
  health: "unhurt" | "hurt" | "bloodied" | "down" | "dead";
  hp: number | null;
  max_hp: number | null;
  ac: number | null;
  temporary: number;
  speed: number;
  conditions: GameCondition[];
  exhaustion: number;
  concentration: string;
  successes: number;
  failures: number;
  slots: GameSlots[];
  attacks: GameAttack[];
  spells: string[];
  spent: ("action" | "bonus" | "reaction")[];
  initiative: number | null;
  level: number;
  xp: number;
  challenge: string;
  inspiration: boolean;
}
/**
 * Spell slots of one level.
 */
export interface GameSlots {
  level: number;
  left: number;
  most: number;
}
/**
 * A fight.
 */
export interface GameEncounter {
  name: string;
  round: number;
  current: string;
  order: string[];
}
/**
 * A creature, a spell or a rule that was found.
 */
export interface GameHit {
  name: string;
  about: string;
  source: string;
  text: string;
}
/**
 * The body of GET /api/dnd/creatures, /api/dnd/spells and /api/dnd/search, best first.
 */
export interface GameHits {
  hits: GameHit[];
  sentence: string;
}
/**
 * Down, `dnd_patch`: what is other than in the view or patch before.
 */
export interface GamePatch {
  campaign: number;
  seq: number;
  session: string;
  encounter: GameEncounter | null;
  creatures: GameCreature[];
  gone: string[];
  lines: GameLine[];
  whole: GameView | null;
}
/**
 * The table as one seat sees it; the body of GET /api/dnd/campaigns/NUMBER.
 */
export interface GameView {
  campaign: number;
  name: string;
  branch: number;
  seq: number;
  seat: "dm" | "player" | "spectator";
  seats: ("dm" | "player" | "spectator")[];
  session: string;
  edition: string;
  encounter: GameEncounter | null;
  creatures: GameCreature[];
  log: GameLine[];
}
/**
 * An address that signs in as one person, once.
 */
export interface Invitation {
  address: string;
  seconds: number;
}
/**
 * One key, without its secret.
 */
export interface KeyLine {
  id: number;
  name: string;
  person: string;
  role: string;
  made: string;
  seen: string;
}
/**
 * GET /api/keys.
 */
export interface Keys {
  keys: KeyLine[];
}
/**
 * The answer of POST /api/voices/PERSON, which takes one sentence as audio/wav.
 */
export interface LearntVoice {
  voice: PersonVoice;
  needed: number;
  similar: string;
}
/**
 * What BMO knows of a person's voice.
 */
export interface PersonVoice {
  person: string;
  clips: number;
  seconds: number;
  known: boolean;
  engine: string;
}
/**
 * Up, `listen`: the microphone is on. `always` waits for the wake word, `once` records now.
 */
export interface Listen {
  mode: "always" | "once" | "off";
  own_ears: boolean;
  threshold: number | null;
}
/**
 * The answer: the key itself, which is told once.
 */
export interface MadeKey {
  key: string;
  line: KeyLine;
}
/**
 * The body of GET /api/memory: one's own.
 */
export interface MemoryBook {
  why_not: string;
  facts: FactLine[];
  proposals: FactLine[];
  summaries: SummaryLine[];
  conversations: SavedConversation[];
  everything: {
    [k: string]: number;
  };
  in_words: string;
  longest: number;
}
/**
 * What was said in a conversation that goes on, before what is still remembered word by word.
 */
export interface SummaryLine {
  id: number;
  at: string;
  text: string;
}
/**
 * A conversation that was ended and saved.
 */
export interface SavedConversation {
  id: number;
  at: string;
  summary: string;
  turns: SavedTurn[];
}
/**
 * One turn of a saved conversation.
 */
export interface SavedTurn {
  asked: string;
  answered: string;
}
/**
 * Up, `meter`: show me, or no longer, how much what you hear from me sounds like the wake word.
 */
export interface Meter {
  on: boolean;
}
/**
 * Those whom the asker may know of: everybody for owners and adults who are signed in, else themselves.
 */
export interface People {
  people: Person[];
}
/**
 * Somebody who may come in.
 */
export interface Person {
  id: number;
  name: string;
  role: "owner" | "adult" | "child" | "guest";
  me: boolean;
  has_pin: boolean | null;
  places: number | null;
}
/**
 * Up, `place`: where this page stands and what it wants, after each connect.
 */
export interface Place {
  room: string;
  follow_up: ("never" | "question" | "always") | null;
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
 * Dice of the answer were rolled.
 */
export interface RollLine {
  type: "roll";
  turn: string;
  dice: string;
  rolls: number[];
  total: number;
}
/**
 * One routine.
 */
export interface RoutineLine {
  id: number;
  name: string;
  by: string;
  steps: RoutineStep[];
}
/**
 * The body of GET /api/routines: the household's own first.
 */
export interface RoutineList {
  routines: RoutineLine[];
  may_change: boolean;
  most_steps: number;
  longest_step: number;
  longest_name: number;
}
/**
 * One paired satellite.
 */
export interface SatelliteLine {
  id: number;
  name: string;
  room: string;
  seen: string;
  here: boolean;
}
/**
 * GET /api/satellites.
 */
export interface Satellites {
  satellites: SatelliteLine[];
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
 * Whose voice it was. Not sent when nobody's voice is known, or for what was typed.
 */
export interface SpeakerLine {
  type: "speaker";
  turn: string;
  person: string;
  likeness: number;
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
 * How far one step of a routine or plan is. All are told as `waiting` first; the last word on a number counts.
 */
export interface StepLine {
  type: "step";
  turn: string;
  number: number;
  of: number;
  words: string;
  state: "waiting" | "doing" | "done" | "failed" | "left_out" | "asks" | "stopped";
  sentence: string;
}
/**
 * Up, `stop`: be quiet and drop the turn.
 */
export interface Stop {
  turn: string;
}
/**
 * What the answer asks for beside its words: a mood such as `happy`, a face, a light, a sound.
 */
export interface TagLine {
  type: "tag";
  turn: string;
  tag: string;
  kind: "mood" | "face" | "led" | "sound" | "music" | "emotion" | "npc" | "roll" | "condition";
  refused: string;
  clause: number;
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
 * What was understood of the person's speech; while it is not final, so far, and the next replaces it.
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
/**
 * A voice that BMO can be given, and that `POST /api/say` takes.
 */
export interface VoiceChoice {
  name: string;
  title: string;
  kind: "bmo" | "character" | "other";
}
/**
 * Everything that can be chosen.
 */
export interface VoiceNames {
  own: string;
  voices: VoiceChoice[];
}
/**
 * The body of GET /api/voices: those whom the asker may know of.
 */
export interface Voices {
  voices: PersonVoice[];
  sentences: string[];
  why_not: string;
}
/**
 * One wake.
 */
export interface WakeEntry {
  id: number;
  at: string;
  turn: string;
  person: string;
  room: string;
  word: string;
  score: number;
  threshold: number;
  clip: boolean;
  wrong: boolean;
}
/**
 * Down, event `wake_score`, to a page that asked for it and listens: at most five a second.
 */
export interface WakeScore {
  score: number;
  threshold: number;
}
/**
 * The body of GET /api/wakes, the newest first: one's own, or everybody's for an owner.
 */
export interface Wakes {
  wakes: WakeEntry[];
  phrase: string;
  kept_days: number;
}
/**
 * Up, `watch`: tell this page about a campaign from now on.
 */
export interface Watch {
  campaign: number;
  seat: "" | "dm" | "player" | "spectator";
}
/**
 * The answer of POST /api/voices: whose voice is this?
 */
export interface WhoseVoice {
  person: string;
  likeness: number;
}
