import { describe, expect, test } from "vitest";
import { after, blank, busy, type Conversation, cutOff, EMPTY, latest, readable, typed, writing } from "../src/model/conversation";
import type { TurnLine } from "../src/protocol/messages";

function told(lines: readonly TurnLine[], from: Conversation = EMPTY): Conversation {
  return lines.reduce(after, from);
}

const DONE: TurnLine = { type: "end", turn: "t1", outcome: "done", code: "", sentence: "" };

test("tokens are appended in the order they came", () => {
  const talk = told([
    { type: "reply", turn: "t1", text: "Hel" },
    { type: "reply", turn: "t1", text: "lo" },
  ]);

  expect(latest(talk)?.reply).toBe("Hello");
});

test("typed words show at once and belong to the turn that answers them", () => {
  const asked = typed(EMPTY, "hi");
  const talk = told([{ type: "reply", turn: "t1", text: "Hello" }], asked);

  expect([asked.pending, asked.face, busy(asked)]).toEqual(["hi", "thinking", true]);
  expect([talk.pending, latest(talk)?.said, latest(talk)?.reply]).toEqual(["", "hi", "Hello"]);
});

test("the last understanding of what was said replaces the earlier ones", () => {
  const talk = told([
    { type: "transcript", turn: "t1", text: "set a", final: false },
    { type: "transcript", turn: "t1", text: "set a timer", final: true },
  ]);

  expect([latest(talk)?.said, latest(talk)?.saidFinal]).toEqual(["set a timer", true]);
});

test("whose voice it was belongs to its turn, and somebody unknown is nobody's name", () => {
  const talk = told([
    { type: "transcript", turn: "t1", text: "set a timer", final: true },
    { type: "speaker", turn: "t1", person: "Anna", likeness: 0.9 },
    { type: "transcript", turn: "t2", text: "and one more", final: true },
    { type: "speaker", turn: "t2", person: "", likeness: 0.3 },
    { type: "transcript", turn: "t3", text: "and a third", final: true },
  ]);

  expect(talk.turns.map((turn) => turn.speaker)).toEqual(["Anna", "", null]);
});

test("the provider that took over replaces the one that failed", () => {
  const talk = told([
    { type: "provider", turn: "t1", stage: "chat", provider: "cloud", reason: "" },
    { type: "provider", turn: "t1", stage: "chat", provider: "here", reason: "The cloud went away." },
  ]);

  expect(latest(talk)?.providers.map((served) => served.provider)).toEqual(["here"]);
});

describe("the end of a turn", () => {
  test("lets go of the person", () => {
    expect(busy(told([{ type: "reply", turn: "t1", text: "x" }]))).toBe(true);
    expect(busy(told([{ type: "reply", turn: "t1", text: "x" }, DONE]))).toBe(false);
  });

  test("does not open a turn that nobody saw", () => {
    expect(told([DONE]).turns).toEqual([]);
  });

  test("of words that never became a turn keeps the sentence that says why", () => {
    const refused = told([{ ...DONE, outcome: "failed", sentence: "Too long." }], typed(EMPTY, "long"));

    expect([latest(refused)?.said, latest(refused)?.end?.sentence]).toEqual(["long", "Too long."]);
  });
});

test("going idle does not open a turn", () => {
  const talk = told([{ type: "state", state: "idle", turn: "t9" }]);

  expect([talk.face, talk.turns]).toEqual(["idle", []]);
});

describe("a broken connection", () => {
  test("ends what was going on with a sentence and keeps the words so far", () => {
    const talk = cutOff(told([{ type: "reply", turn: "t1", text: "Once upon" }]), "I lost my thread.");

    expect([latest(talk)?.reply, latest(talk)?.end?.outcome, talk.face]).toEqual(["Once upon", "failed", "idle"]);
  });

  test("does not touch what was over", () => {
    const talk = told([{ type: "reply", turn: "t1", text: "x" }, DONE]);

    expect(cutOff(talk, "lost").turns).toEqual(talk.turns);
  });

  test("keeps every question that nobody took", () => {
    const once = cutOff(typed(EMPTY, "hi"), "lost");
    const twice = cutOff(typed(once, "hello?"), "lost");

    expect(twice.turns.map((turn) => turn.said)).toEqual(["hi", "hello?"]);
  });

  test("keeps a question that nobody took", () => {
    const talk = cutOff(typed(EMPTY, "hi"), "I lost my thread.");

    expect([latest(talk)?.said, talk.pending, busy(talk)]).toEqual(["hi", "", false]);
  });
});

test("a turn that only listens has nothing to read, one that failed has", () => {
  const listens = told([{ type: "state", turn: "t1", state: "listening" }]);
  const failed = told([{ type: "end", turn: "t1", outcome: "failed", code: "x", sentence: "No." }], listens);

  expect([latest(listens), latest(failed)].map((turn) => turn && blank(turn))).toEqual([true, false]);
});

test("why a turn fails can be read while the apology is still being said", () => {
  const failing = told([{ type: "failing", turn: "t1", code: "x", sentence: "No." }]);

  expect(latest(failing)).toMatchObject({ failing: "No.", end: null });
});

test("an answer is written when its timing came, though its end waits for the voice", () => {
  const open = told([{ type: "reply", turn: "t1", text: "Hello" }]);
  const written = told([{ type: "timing", turn: "t1", stages: { end: 900 } }], open);

  expect([latest(open), latest(written)].map((turn) => turn && writing(turn))).toEqual([true, false]);
});

describe("listening on after an answer", () => {
  const ANSWERED = told([{ type: "reply", turn: "t1", text: "For how long?" }, DONE]);
  const LISTENING = told(
    [
      { type: "follow_up", turn: "t2", seconds: 8 },
      { type: "state", turn: "t2", state: "listening" },
    ],
    ANSWERED,
  );

  test("the face listens, and the question is still there to read", () => {
    expect(LISTENING.face).toBe("listening");
    expect(readable(LISTENING)?.reply).toBe("For how long?");
  });

  test("what is said takes its place", () => {
    const talk = told([{ type: "transcript", turn: "t2", text: "five minutes", final: false }], LISTENING);

    expect(readable(talk)?.said).toBe("five minutes");
  });

  test("when nobody speaks nothing is left of it", () => {
    const talk = told(
      [
        { type: "end", turn: "t2", outcome: "nothing_heard", code: "nothing_meant", sentence: "" },
        { type: "state", turn: "t2", state: "idle" },
      ],
      LISTENING,
    );

    expect(talk.turns).toEqual(ANSWERED.turns);
    expect([talk.face, busy(talk)]).toEqual(["idle", false]);
  });

  test("a turn that somebody began hides the last answer", () => {
    expect(readable(told([{ type: "wake", turn: "t2", score: 0.9 }], ANSWERED))).toBeUndefined();
  });
});

describe("what an answer asks for beside its words", () => {
  const tag = (kind: "mood" | "face" | "led" | "sound" | "emotion" | "music", name: string, refused = ""): TurnLine => ({
    type: "tag", turn: "t1", tag: name, kind, refused, clause: -1,
  });

  test("of a face and a mood the later one counts, and the light stays until another is wanted", () => {
    const first = told([tag("led", "blue breathing"), tag("mood", "sad"), tag("face", "combat")]);
    const later = told([tag("emotion", "excited")], first);

    expect([first.look, first.mood, first.glow]).toEqual(["combat", "sad", "blue breathing"]);
    expect([later.look, later.mood, later.glow]).toEqual(["", "excited", "blue breathing"]);
  });

  test("what is heard, or what nobody could do, changes nothing that is seen", () => {
    const before = told([{ type: "reply", turn: "t1", text: "Hi" }]);

    expect(told([tag("sound", "horn"), tag("music", "calm", "There is no music here yet."), tag("led", "red", "No lights.")], before)).toEqual(before);
  });

  test("dice lie beside the words of their turn", () => {
    const talk = told([{ type: "roll", turn: "t1", dice: "2d6+1", rolls: [3, 5], total: 9 }]);

    expect(latest(talk)?.rolls).toEqual([{ dice: "2d6+1", rolls: [3, 5], total: 9 }]);
  });

  test("of a step the last word counts, and what a stopped turn did not come to is not done", () => {
    const step = (number: number, state: "waiting" | "doing" | "done" | "left_out"): TurnLine => ({
      type: "step", turn: "t1", number, of: 3, words: `step ${number}`, state, sentence: "",
    });
    const going = told([step(1, "waiting"), step(2, "waiting"), step(3, "waiting"), step(1, "done"), step(2, "doing")]);
    const over = told([{ type: "end", turn: "t1", outcome: "cancelled", code: "cancelled", sentence: "" }], going);

    expect(latest(going)?.steps.map((one) => one.state)).toEqual(["done", "doing", "waiting"]);
    expect(latest(over)?.steps.map((one) => one.state)).toEqual(["done", "stopped", "stopped"]);
  });

  test("the next turn begins without them", () => {
    const next = told([{ type: "reply", turn: "t2", text: "Hi" }], told([tag("led", "red"), tag("face", "alert")]));

    expect([next.look, next.glow]).toEqual(["", ""]);
  });
});
