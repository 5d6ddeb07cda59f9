/** Where the page's parts are joined: what a person does goes out, what the app says comes in. */
import { Capture } from "./audio/capture";
import { Cues } from "./audio/cues";
import { Loudspeaker } from "./audio/loudspeaker";
import { Player } from "./audio/player";
import { chime } from "./audio/sounds";
import { GameBook } from "./dnd/book";
import { Bell } from "./hands/bell";
import { Crier } from "./hands/crier";
import { DocumentBook, documents } from "./hands/document-book";
import { Door } from "./hands/door";
import { Hearing } from "./hands/hearing";
import { memory, MemoryShelf } from "./hands/memory-shelf";
import { RoutineBook, routines } from "./hands/routine-book";
import { OwnVoice } from "./hands/own-voice";
import { people, PeopleBook } from "./hands/people-book";
import { VoiceBook } from "./hands/voices";
import { WakeBook, wakes, wakeScore, wakeThreshold } from "./hands/wake-book";
import { after, cutOff, EMPTY, latest, typed } from "./model/conversation";
import * as store from "./model/store";
import { Rest, Trouble } from "./net/rest";
import { Voice } from "./net/voice";
import type { Keys, MadeKey, Satellites, TurnLine } from "./protocol/messages";

/** How long (ms) an answer stays in front of the face once it is over. */
const SHOWN_FOR = 45_000;

const CUT_OFF = "I lost my thread there. Please ask me again.";
const NOT_YET = "I'm not connected yet. Give me a second and try again.";
const NO_WAKE = "I can't wait for my name here. Use the round button to talk to me.";

export class Bmo {
  private readonly rest = new Rest();
  private readonly door = new Door(this.rest, {
    opened: () => this.voice.open(),
    closed: () => this.leave(),
    failed: (sentence) => this.fail(sentence),
  });
  private readonly loudspeaker = new Loudspeaker(() => {
    store.muted.value = true;
    this.player.stop();
  });
  private readonly cues = new Cues();
  private readonly player = new Player(this.loudspeaker.context, {
    began: (turn, clause) => this.show(...this.cues.began(turn, clause)),
    heard: (turn, clause) => this.voice.played(turn, clause),
    sounding: (on) => {
      store.sounding.value = on;
      this.keepShowing();
    },
  });
  private readonly capture = new Capture(this.loudspeaker.context, (seq, samples) => this.voice.frame(seq, samples));
  private readonly hearing = new Hearing(this.capture, {
    listen: (mode) => this.voice.listen(mode, wakeThreshold.value),
    failed: (sentence) => this.fail(sentence),
    opened: () => chime(this.loudspeaker.context(), "wake"),
    understood: () => chime(this.loudspeaker.context(), "heard"),
  });
  readonly ownVoice = new OwnVoice(this.rest, this.loudspeaker.context);
  readonly wake = new WakeBook(this.rest, {
    meter: (on) => this.voice.meter(on),
    changed: () => this.hearing.renew(),
  });
  readonly documents = new DocumentBook(this.rest);
  readonly game = new GameBook(this.rest, (sentence) => this.fail(sentence));
  readonly people = new PeopleBook(this.rest, () => this.door.enter());
  readonly memory = new MemoryShelf(this.rest);
  readonly routines = new RoutineBook(this.rest);
  readonly voices = new VoiceBook(this.rest, this.loudspeaker.context);
  private readonly bell = new Bell(this.loudspeaker.context);
  private readonly crier = new Crier(this.loudspeaker.context);
  private readonly voice = new Voice({
    joined: () => this.joined(),
    lost: (sentAway) => this.lost(sentAway),
    refused: (reason) => this.refused(reason),
    turn: (line) => this.hear(line),
    timers: (timers) => this.bell.hear(timers),
    alarm: (alarm) => {
      if (alarm.aloud) this.player.stop();
      this.bell.rings(alarm);
      if (alarm.aloud) this.loudspeaker.expectSound();
    },
    announcement: (word) => {
      this.crier.hear(word);
      this.loudspeaker.expectSound();
    },
    status: (status) => {
      this.statusTold++;
      store.status.value = status;
    },
    wakeScore: (score) => {
      wakeScore.value = score;
    },
    problem: (problem) => {
      if (problem.code === "no_wake_word") this.hearing.setAlways(false);
      this.turnedDown(problem.sentence);
    },
  });
  private shown = 0;
  /** How often the socket spoke about the status. */
  private statusTold = 0;

  // ── Coming in and going out ──────────────────────────────────────────────

  /** Signs in if the session allows it, and joins the app. */
  async start(): Promise<void> {
    const touched = (): void => {
      store.muted.value = false;
      this.loudspeaker.touched();
    };
    for (const sign of ["pointerdown", "keydown"] as const) window.addEventListener(sign, touched);
    await this.door.enter();
  }

  /** @throws Trouble with the sentence to show. */
  async signIn(pin: string): Promise<void> {
    await this.rest.signIn(pin);
    await this.door.enter();
  }

  /** This browser becomes the house's own screen. @throws Trouble with the sentence to show. */
  async signInKiosk(token: string): Promise<void> {
    await this.rest.signInKiosk(token.trim());
    await this.door.enter();
  }

  async signOut(): Promise<void> {
    this.voice.close();
    await this.tried(this.rest.signOut());
    await this.door.enter();
  }

  /** Nobody is signed in here: nothing listens, nothing rings, nothing is left to read. */
  private leave(): void {
    this.voice.close();
    this.player.stop();
    this.bell.stop();
    this.crier.stop();
    this.hearing.close();
    store.conversation.value = EMPTY;
    store.repeatable.value = "";
    store.showing.value = false;
    store.place.value = "home";
    store.timers.value = [];
    store.status.value = null;
    wakes.value = null;
    memory.value = null;
    routines.value = null;
    people.value = [];
    documents.value = null;
    this.game.forget();
    store.link.value = "joining";
  }

  // ── Talking ──────────────────────────────────────────────────────────────

  /** False when it could not be sent. `question` is the id of BMO's question that a tap answers with these words. */
  ask(text: string, question = ""): boolean {
    const words = text.trim();
    if (words === "") return false;
    if (!this.voice.connected) {
      this.fail(NOT_YET);
      return false;
    }
    this.player.stop();
    store.trouble.value = "";
    store.conversation.value = typed(store.conversation.value, words);
    this.keepShowing();
    this.voice.ask(words, question);
    return true;
  }

  /** Push to talk; a second push hands in what was said so far. */
  talk(): void {
    if (store.microphone.value === "once") {
      this.hearing.handIn();
      this.face("thinking");
    } else if (!this.voice.connected) {
      this.fail(NOT_YET);
    } else {
      this.player.stop();
      store.trouble.value = "";
      store.showing.value = false;
      void this.hearing.once();
    }
  }

  setAlways(on: boolean): void {
    if (on && store.status.value?.wake === false) this.fail(NO_WAKE);
    else this.hearing.setAlways(on);
  }

  /** Be quiet, and drop what is going on. */
  stop(): void {
    this.player.stop();
    this.voice.stop(latest(store.conversation.value)?.id ?? "");
    this.hearing.onceOver();
    store.conversation.value = { ...store.conversation.value, face: "idle", pending: "" };
  }

  /** Ends what sounds or goes on, the loudest thing first. False when all was quiet. */
  quiet(): boolean {
    if (store.alarm.value !== null) void this.stopAlarm();
    else if (store.announcement.value !== null) this.heardAnnouncement();
    else if (store.stoppable.value) this.stop();
    else return false;
    return true;
  }

  heardAnnouncement(): void {
    this.crier.stop();
  }

  /** This page stands in another room now, or wants to listen on after other answers. */
  stand(room: string, followUp: typeof store.followUp.value): void {
    store.room.value = room.trim().slice(0, 64);
    store.followUp.value = followUp;
    this.tellPlace();
  }

  private tellPlace(): void {
    this.voice.place({ room: store.room.value, follow_up: store.followUp.value || null });
  }

  sayAgain(): void {
    this.player.again();
  }

  /** The levels the face is drawn with, 0 to 1. */
  readonly voiceLevel = (): number => this.player.level();
  readonly hearingLevel = (): number => this.capture.level;

  /** The last exchange leaves the face alone again. */
  putAway(): void {
    store.showing.value = false;
    if (store.conversation.value.face === "error") this.face("idle");
  }

  async forget(): Promise<void> {
    if (!(await this.tried(this.rest.forgetConversation()))) return;
    store.conversation.value = { ...store.conversation.value, turns: [] };
    store.showing.value = false;
  }

  // ── Timers, providers, the PIN ───────────────────────────────────────────

  async setTimer(seconds: number, name: string): Promise<boolean> {
    if (!(await this.tried(this.rest.setTimer(seconds, name)))) return false;
    chime(this.loudspeaker.context(), "done");
    await this.refreshTimers();
    return true;
  }

  async cancelTimer(id: number): Promise<void> {
    if (await this.tried(this.rest.cancelTimer(id))) await this.refreshTimers();
  }

  async stopAlarm(): Promise<void> {
    this.bell.stop();
    await this.tried(this.rest.stopAlarm());
    await this.refreshTimers();
  }

  async pinProvider(capability: string, provider: string | null): Promise<void> {
    if (await this.tried(this.rest.pinProvider(capability, provider))) await this.refreshStatus();
  }

  /** The keys of programs. @throws Trouble */
  keys(): Promise<Keys> {
    return this.rest.keys();
  }

  /** @throws Trouble with the sentence to show: such as a name that is taken */
  makeKey(name: string): Promise<MadeKey> {
    return this.rest.makeKey(name);
  }

  /** @throws Trouble */
  takeKeyAway(id: number): Promise<Keys> {
    return this.rest.takeKeyAway(id);
  }

  /** @throws Trouble with the sentence to show. */
  satellites(): Promise<Satellites> {
    return this.rest.satellites();
  }

  /** @throws Trouble with the sentence to show. */
  async letSatelliteIn(code: string, room: string): Promise<void> {
    await this.rest.letSatelliteIn(code, room);
  }

  /** @throws Trouble with the sentence to show. */
  async placeSatellite(id: number, name: string, room: string): Promise<void> {
    await this.rest.placeSatellite(id, name, room);
  }

  async forgetSatellite(id: number): Promise<void> {
    await this.tried(this.rest.forgetSatellite(id));
  }

  /** @throws Trouble with the sentence to show. */
  async setPin(pin: string): Promise<void> {
    await this.rest.setPin(pin);
    await this.door.enter();
    await this.refreshStatus();
  }

  fail(sentence: string): void {
    store.trouble.value = sentence;
  }

  // ── What the app says ────────────────────────────────────────────────────

  private joined(): void {
    store.link.value = "on";
    store.trouble.value = "";
    this.tellPlace();
    void this.refreshStatus();
    void this.refreshTimers();
    this.hearing.joined();
    this.wake.joined();
  }

  private lost(sentAway: boolean): void {
    if (store.entry.value !== "in") return;
    if (sentAway) this.door.enterLater();
    store.link.value = "off";
    store.conversation.value = cutOff(store.conversation.value, CUT_OFF);
    this.hearing.onceOver();
  }

  private refused(reason: string): void {
    store.link.value = "off";
    if (reason === "") return;
    // Refused with a sentence: full, or the session is over. The session's own answer tells which.
    this.fail(reason);
    this.door.enterLater();
  }

  /** The app would not do what the page sent; a question that waits is answered by that. */
  private turnedDown(sentence: string): void {
    if (store.conversation.value.pending === "") return this.fail(sentence);
    store.conversation.value = cutOff(store.conversation.value, sentence);
    chime(this.loudspeaker.context(), "sorry");
  }

  private hear(line: TurnLine): void {
    if (line.type === "audio") {
      this.player.play(line);
      store.repeatable.value = line.turn;
      this.loudspeaker.expectSound();
    } else if (line.type === "tag" && this.cues.hold(line)) {
      return;
    } else {
      if (line.type === "end") this.show(...this.cues.over(line.turn));
      this.show(line);
      this.sound(line);
      this.hearing.follow(line);
    }
    if (line.type !== "state" && line.type !== "timing") this.keepShowing();
  }

  private show(...lines: readonly TurnLine[]): void {
    store.conversation.value = lines.reduce(after, store.conversation.value);
  }

  /** What is heard, or falls silent, with a line. */
  private sound(line: TurnLine): void {
    if (line.type === "wake" || (line.type === "state" && line.state === "listening")) this.player.stop();
    if (line.type === "wake") chime(this.loudspeaker.context(), "wake");
    if (line.type === "follow_up") chime(this.loudspeaker.context(), "follow");
    if (line.type !== "end") return;
    if (line.outcome === "cancelled") this.player.stop(line.turn);
    if (line.outcome === "failed") chime(this.loudspeaker.context(), "sorry");
  }

  private refreshTimers(): Promise<void> {
    return this.bell.refresh(() => this.got(this.rest.timers()));
  }

  private async refreshStatus(): Promise<void> {
    const before = this.statusTold;
    const status = await this.got(this.rest.status());
    // What the socket told in the meantime is newer.
    if (status !== null && this.statusTold === before) store.status.value = status;
  }

  /** Waits for a call; a failure becomes a line on the screen. */
  private async tried(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      this.fail(fault.sentence);
      return false;
    }
  }

  /** The answer, or null: signed out leads to the door, silence is the link's business. */
  private async got<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      if (fault.status === 401) void this.door.enter();
      else if (fault.status !== 0) this.fail(fault.sentence);
      return null;
    }
  }

  private face(face: "idle" | "thinking"): void {
    store.conversation.value = { ...store.conversation.value, face };
  }

  private keepShowing(): void {
    store.showing.value = true;
    window.clearTimeout(this.shown);
    this.shown = window.setTimeout(() => {
      if (store.stoppable.value) this.keepShowing();
      else this.putAway();
    }, SHOWN_FOR);
  }
}
