/**
 * The conversation as the page shows it: a pure function of the lines the app sends.
 *
 * A line that belongs to no known turn opens one, so that a page that reconnects in mid-turn still shows the rest.
 */
import type { ActionLine, EndLine, ProviderLine, RollLine, StateLine, StepLine, TagLine, TurnLine } from "../protocol/messages";

export type FaceState = StateLine["state"];

/** One exchange: what a person said and what BMO made of it. */
export interface Turn {
  readonly id: string;
  /** BMO began it by listening on after its answer: until somebody speaks, that answer is what there is to read. */
  readonly follows: boolean;
  /** What was typed or understood so far. */
  readonly said: string;
  readonly saidFinal: boolean;
  /** Whose voice it was: "" for somebody BMO does not know, null while nobody was told. */
  readonly speaker: string | null;
  readonly reply: string;
  readonly actions: readonly Pick<ActionLine, "tool" | "result">[];
  /** Dice that the answer rolled. */
  readonly rolls: readonly Pick<RollLine, "dice" | "rolls" | "total">[];
  /** How far each step of a routine or plan is, by its number. */
  readonly steps: readonly Pick<StepLine, "number" | "words" | "state" | "sentence">[];
  /** Who served each stage; the latest word on a stage wins. */
  readonly providers: readonly Pick<ProviderLine, "stage" | "provider" | "reason">[];
  /** Milliseconds by stage. */
  readonly timing: Readonly<Record<string, number>>;
  /** Why the turn is going to fail, as soon as that is known; "" while it is not. */
  readonly failing: string;
  /** Null while the turn is going on. */
  readonly end: Pick<EndLine, "outcome" | "code" | "sentence"> | null;
}

export interface Conversation {
  readonly turns: readonly Turn[];
  /** What the app says BMO is doing. */
  readonly face: FaceState;
  /** The last mood of the turn that goes on, or "". */
  readonly mood: string;
  /** The face that the answer asks for beside its mood, or "": the later of both counts. */
  readonly look: string;
  /** The light round the face, such as "blue breathing"; "" or "off" for none. */
  readonly glow: string;
  /** Typed and sent, but not yet claimed by a turn. */
  readonly pending: string;
}

export const EMPTY: Conversation = { turns: [], face: "idle", mood: "", look: "", glow: "", pending: "" };

/** The code of an end that nobody has to know of. */
const NOTHING_MEANT = "nothing_meant";
/** Older turns stay in the app's database; the page keeps what a person may still want to scroll to. */
const KEPT_TURNS = 60;

export function latest(conversation: Conversation): Turn | undefined {
  return conversation.turns.at(-1);
}

/** True as long as there is nothing to read in a turn: BMO has only just begun to listen. */
export function blank(turn: Turn): boolean {
  return turn.said === "" && turn.reply === "" && turn.failing === "" && turn.end === null;
}

/** The last exchange with something to read in it, or none when a new one has just begun. */
export function readable(conversation: Conversation): Turn | undefined {
  const last = latest(conversation);
  if (last === undefined || !blank(last)) return last;
  return last.follows ? conversation.turns.at(-2) : undefined;
}

/** What was typed and not yet claimed by a turn, as a turn to show. */
export function waiting({ pending }: Conversation): Turn | undefined {
  return pending === "" ? undefined : fresh("pending", pending);
}

/** True while more words may come. Its timing tells that an answer is written; its end comes when it was heard. */
export function writing(turn: Turn): boolean {
  return turn.end === null && Object.keys(turn.timing).length === 0;
}

/** True from the first sign of a turn to its end. */
export function busy(conversation: Conversation): boolean {
  const last = latest(conversation);
  return conversation.pending !== "" || (last !== undefined && last.end === null);
}

/** A person pressed "send": show the words at once, and think. */
export function typed(conversation: Conversation, text: string): Conversation {
  return { ...conversation, pending: text, face: "thinking", mood: "", look: "", glow: "" };
}

/** The connection broke: what was going on will get no end from the app, so the page gives it one. */
export function cutOff(conversation: Conversation, sentence: string): Conversation {
  if (!busy(conversation)) return { ...conversation, face: "idle" };
  const open = conversation.pending === "" ? conversation : opened(conversation, `unsent-${latest(conversation)?.id ?? ""}`);
  return { ...ended(open, { outcome: "failed", code: "cut_off", sentence }), face: "idle" };
}

/** The conversation after one more line. Audio is the player's business and changes nothing here. */
export function after(conversation: Conversation, line: TurnLine): Conversation {
  if (line.type === "audio") return conversation;
  if (line.type === "state" && (line.turn === "" || line.state === "idle")) return { ...conversation, face: line.state };
  // A late word about a turn that is over must not open it again.
  const known = conversation.turns.find((turn) => turn.id === line.turn);
  if (known === undefined && line.type === "end" && conversation.pending === "") return conversation;
  return told(opened(conversation, line.turn), line);
}

function told(open: Conversation, line: Exclude<TurnLine, { type: "audio" }>): Conversation {
  switch (line.type) {
    case "state":
      return { ...open, face: line.state };
    case "wake":
      return { ...open, face: "listening" };
    case "follow_up":
      return { ...changed(open, line.turn, () => ({ follows: true })), face: "listening" };
    case "tag":
      return tagged(open, line);
    case "roll":
      return changed(open, line.turn, (turn) => ({
        rolls: [...turn.rolls, { dice: line.dice, rolls: line.rolls, total: line.total }],
      }));
    case "transcript":
      return changed(open, line.turn, () => ({ said: line.text, saidFinal: line.final }));
    case "speaker":
      return changed(open, line.turn, () => ({ speaker: line.person }));
    case "reply":
      return changed(open, line.turn, (turn) => ({ reply: turn.reply + line.text }));
    case "action":
      return changed(open, line.turn, (turn) => ({
        actions: [...turn.actions, { tool: line.tool, result: line.result }],
      }));
    case "step":
      return changed(open, line.turn, (turn) => ({
        steps: [...turn.steps.filter((step) => step.number !== line.number), line].sort((a, b) => a.number - b.number),
      }));
    case "provider":
      return changed(open, line.turn, (turn) => ({
        providers: [...turn.providers.filter((served) => served.stage !== line.stage), line],
      }));
    case "failing":
      return changed(open, line.turn, () => ({ failing: line.sentence }));
    case "timing":
      return changed(open, line.turn, (turn) => ({ timing: { ...turn.timing, ...line.stages } }));
    case "end":
      return line.code === NOTHING_MEANT ? without(open, line.turn) : ended(open, line);
  }
}

/** What the answer asks of the page; its sounds and voices are heard, and what nobody could do is for the log. */
function tagged(open: Conversation, { kind, tag, refused }: TagLine): Conversation {
  if (refused !== "") return open;
  if (kind === "mood" || kind === "emotion") return { ...open, mood: tag, look: "" };
  if (kind === "face") return { ...open, look: tag };
  if (kind === "led") return { ...open, glow: tag };
  return open;
}

/** The conversation with this turn in it; a new turn takes the words that were typed. */
function opened(conversation: Conversation, id: string): Conversation {
  if (conversation.turns.some((turn) => turn.id === id)) return conversation;
  const turns = [...conversation.turns, fresh(id, conversation.pending)].slice(-KEPT_TURNS);
  return { ...conversation, pending: "", mood: "", look: "", glow: "", turns };
}

function fresh(id: string, said: string): Turn {
  return { id, follows: false, said, saidFinal: said !== "", speaker: null, reply: "", actions: [], rolls: [], steps: [], providers: [], timing: {}, failing: "", end: null };
}

function ended(conversation: Conversation, end: Pick<EndLine, "outcome" | "code" | "sentence"> & { turn?: string }): Conversation {
  const id = end.turn ?? latest(conversation)?.id ?? "";
  const { outcome, code, sentence } = end;
  return changed(conversation, id, ({ steps }) => ({ end: { outcome, code, sentence }, steps: steps.map(stopped(outcome)) }));
}

/** What a turn that was cut short did not come to is not done. */
function stopped(outcome: EndLine["outcome"]): (step: Turn["steps"][number]) => Turn["steps"][number] {
  return (step) => (outcome !== "done" && ["waiting", "doing"].includes(step.state) ? { ...step, state: "stopped" } : step);
}

/** Nobody spoke to BMO, so there is nothing to show for it. */
function without(conversation: Conversation, id: string): Conversation {
  return { ...conversation, turns: conversation.turns.filter((turn) => turn.id !== id) };
}

function changed(conversation: Conversation, id: string, change: (turn: Turn) => Partial<Turn>): Conversation {
  return {
    ...conversation,
    turns: conversation.turns.map((turn) => (turn.id === id ? { ...turn, ...change(turn) } : turn)),
  };
}
