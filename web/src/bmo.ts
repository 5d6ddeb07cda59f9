/** Where the page's parts are joined: what a person does goes out, what the app says comes in. */
import { Capture, NoMicrophone } from "./audio/capture";
import { Player } from "./audio/player";
import { chime, playFile, ring } from "./audio/sounds";
import { after, cutOff, EMPTY, latest, typed } from "./model/conversation";
import * as store from "./model/store";
import { counting } from "./model/timers";
import { Rest, Trouble } from "./net/rest";
import { Voice } from "./net/voice";
import type { Alarm, TimerLine, Timers, TurnLine } from "./protocol/messages";

/** How long (ms) an answer stays in front of the face once it is over. */
const SHOWN_FOR = 45_000;
/** The longest push to talk, ms; the app decides long before when somebody stops speaking. */
const LONGEST_ONCE = 30_000;
/** How long (ms) the browser may take to let sound out before the page asks for a touch. */
const SOUND_PATIENCE = 400;

/** How long (ms) the page waits before it knocks again. */
const ENTER_AGAIN = 3_000;

const CUT_OFF = "I lost my thread there. Please ask me again.";

export class Bmo {
  readonly rest = new Rest();
  private context: AudioContext | null = null;
  private readonly player = new Player(() => this.audio(), {
    heard: (turn, clause) => this.voice.played(turn, clause),
    sounding: (on) => {
      store.sounding.value = on;
      this.keepShowing();
    },
  });
  private readonly capture = new Capture(
    () => this.audio(),
    (seq, samples) => this.voice.frame(seq, samples),
  );
  private readonly voice = new Voice({
    joined: () => this.joined(),
    lost: (sentAway) => this.lost(sentAway),
    refused: (reason) => this.refused(reason),
    turn: (line) => this.hear(line),
    timers: (timers) => {
      this.told++;
      this.setTimers(timers);
    },
    alarm: (alarm) => {
      this.told++;
      this.startAlarm(alarm);
    },
    status: (status) => (store.status.value = status),
    problem: (problem) => this.fail(problem.sentence),
  });
  private hushAlarm: (() => void) | null = null;
  private shown = 0;
  private entering = 0;
  /** How often the socket spoke about timers. */
  private told = 0;
  private onceEnds = 0;
  /** While a push to talk waits: whether the app has confirmed it. */
  private confirmed = false;

  /** Signs in if the session allows it, and joins the app. */
  async start(): Promise<void> {
    for (const sign of ["pointerdown", "keydown"] as const) window.addEventListener(sign, () => this.unmute());
    await this.enter();
  }

  async enter(): Promise<void> {
    try {
      const session = await this.rest.session();
      if (!session.signed_in) throw new Trouble("", 401);
      this.rest.csrf = session.csrf;
      store.session.value = session;
      store.entry.value = "in";
      this.voice.open();
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      const out = fault.status === 401;
      store.entry.value = out ? "out" : "unreachable";
      if (fault.status !== 0 && !out) this.fail(fault.sentence);
      if (out) this.leave();
      else this.enterLater();
    }
  }

  /** Not more than one attempt at a time, however many parts of the page miss the app. */
  private enterLater(): void {
    window.clearTimeout(this.entering);
    this.entering = window.setTimeout(() => void this.enter(), ENTER_AGAIN);
  }

  /** Nobody is signed in here: nothing listens, nothing rings, nothing is left to read. */
  private leave(): void {
    this.voice.close();
    this.player.stop();
    this.endAlarm();
    store.always.value = false;
    store.microphone.value = "off";
    this.capture.close();
    store.conversation.value = EMPTY;
    store.showing.value = false;
    store.timers.value = [];
    store.status.value = null;
    store.link.value = "joining";
  }

  /** @throws Trouble with the sentence to show. */
  async signIn(pin: string): Promise<void> {
    await this.rest.signIn(pin);
    await this.enter();
  }

  async signOut(): Promise<void> {
    this.voice.close();
    await this.tried(this.rest.signOut());
    await this.enter();
  }

  // ── Talking ──────────────────────────────────────────────────────────────

  ask(text: string): void {
    const words = text.trim();
    if (words === "") return;
    if (!this.voice.connected) return this.fail("I'm not connected yet. Give me a second and try again.");
    this.player.stop();
    store.trouble.value = "";
    store.conversation.value = typed(store.conversation.value, words);
    this.keepShowing();
    this.voice.ask(words);
  }

  /** Push to talk; a second push hands in what was said so far. */
  async talk(): Promise<void> {
    if (store.microphone.value === "once") return this.handIn();
    if (!this.voice.connected) return this.fail("I'm not connected yet. Give me a second and try again.");
    this.player.stop();
    this.confirmed = false;
    store.microphone.value = "once";
    store.trouble.value = "";
    window.clearTimeout(this.onceEnds);
    this.onceEnds = window.setTimeout(() => this.stop(), LONGEST_ONCE);
    if (await this.openMicrophone()) {
      chime(this.audio(), "wake");
      this.listen("once");
    } else {
      this.onceOver();
    }
  }

  private handIn(): void {
    this.voice.listen("off");
    store.conversation.value = { ...store.conversation.value, face: "thinking" };
    this.onceOver();
  }

  setAlways(on: boolean): void {
    if (on && store.status.value?.wake === false) {
      return this.fail("I can't wait for my name here. Use the round button to talk to me.");
    }
    store.always.value = on;
    if (store.microphone.value !== "once") void this.settleMicrophone(true);
  }

  /** Be quiet, and drop what is going on. */
  stop(): void {
    this.player.stop();
    this.voice.stop(latest(store.conversation.value)?.id ?? "");
    if (store.microphone.value === "once") this.onceOver();
    store.conversation.value = { ...store.conversation.value, face: "idle", pending: "" };
  }

  /** The levels the face is drawn with, 0 to 1. */
  readonly voiceLevel = (): number => this.player.level();
  readonly hearingLevel = (): number => this.capture.level;

  /** The last exchange leaves the face alone again. */
  putAway(): void {
    store.showing.value = false;
    if (store.conversation.value.face === "error") store.conversation.value = { ...store.conversation.value, face: "idle" };
  }

  async forget(): Promise<void> {
    if (await this.tried(this.rest.forgetConversation())) {
      store.conversation.value = { ...store.conversation.value, turns: [] };
      store.showing.value = false;
    }
  }

  // ── Timers ───────────────────────────────────────────────────────────────

  async setTimer(seconds: number, name: string): Promise<boolean> {
    if (!(await this.tried(this.rest.setTimer(seconds, name)))) return false;
    chime(this.audio(), "done");
    await this.refreshTimers();
    return true;
  }

  async cancelTimer(id: number): Promise<void> {
    if (await this.tried(this.rest.cancelTimer(id))) await this.refreshTimers();
  }

  async stopAlarm(): Promise<void> {
    this.endAlarm();
    try {
      await this.rest.stopAlarm();
    } catch (fault) {
      // 404: somebody else has stopped it already.
      if (!(fault instanceof Trouble)) throw fault;
      if (fault.status !== 404) this.fail(fault.sentence);
    }
    await this.refreshTimers();
  }

  // ── Who serves what ──────────────────────────────────────────────────────

  async pinProvider(capability: string, provider: string | null): Promise<void> {
    if (await this.tried(this.rest.pinProvider(capability, provider))) await this.refreshStatus();
  }

  /** @throws Trouble with the sentence to show. */
  async setPin(pin: string): Promise<void> {
    await this.rest.setPin(pin);
    await this.enter();
    await this.refreshStatus();
  }

  fail(sentence: string): void {
    store.trouble.value = sentence;
  }

  // ── What the app says ────────────────────────────────────────────────────

  private joined(): void {
    store.link.value = "on";
    store.trouble.value = "";
    void this.refreshStatus();
    void this.refreshTimers();
    if (store.microphone.value === "once") this.onceOver();
    else void this.settleMicrophone(true);
  }

  private lost(sentAway: boolean): void {
    if (store.entry.value !== "in") return;
    if (sentAway) this.enterLater();
    store.link.value = "off";
    store.conversation.value = cutOff(store.conversation.value, CUT_OFF);
    if (store.microphone.value === "once") this.onceOver();
    this.capture.restart();
  }

  private refused(reason: string): void {
    store.link.value = "off";
    if (reason === "") return;
    // Refused with a sentence: full, or the session is over. The session's own answer tells which.
    this.fail(reason);
    this.enterLater();
  }

  private hear(line: TurnLine): void {
    if (line.type === "audio") {
      this.player.play(line);
      this.expectSound();
    } else {
      store.conversation.value = after(store.conversation.value, line);
      if (line.type === "wake" || (line.type === "state" && line.state === "listening")) this.player.stop();
      if (line.type === "wake") chime(this.audio(), "wake");
      if (line.type === "end" && line.outcome === "cancelled") this.player.stop(line.turn);
      if (line.type === "end" && line.outcome === "failed") chime(this.audio(), "sorry");
      if (store.microphone.value === "once") this.followOnce(line);
    }
    if (line.type !== "state" && line.type !== "timing") this.keepShowing();
  }

  /** The app has decided that the person stopped speaking: the microphone goes off by itself. */
  private followOnce(line: TurnLine): void {
    if (line.type === "state" && line.state === "listening") this.confirmed = true;
    else if (line.type === "transcript" && line.final) {
      chime(this.audio(), "heard");
      this.onceOver();
    } else if (this.confirmed && ((line.type === "state" && line.state !== "listening") || line.type === "end")) {
      this.onceOver();
    }
  }

  private onceOver(): void {
    window.clearTimeout(this.onceEnds);
    store.microphone.value = "off";
    void this.settleMicrophone(false);
  }

  /** Opens or closes the microphone as the switch says; `tell` lets the app know when it goes off. */
  private async settleMicrophone(tell: boolean): Promise<void> {
    if (store.always.value) {
      if (await this.openMicrophone()) {
        if (!store.always.value) return;
        store.microphone.value = "always";
        this.listen("always");
      } else {
        store.always.value = false;
        store.microphone.value = "off";
      }
      return;
    }
    this.capture.close();
    if (tell && store.microphone.value !== "off") this.voice.listen("off");
    store.microphone.value = "off";
  }

  private listen(mode: "always" | "once"): void {
    this.voice.listen(mode);
    this.capture.restart();
  }

  private async openMicrophone(): Promise<boolean> {
    try {
      await this.capture.open();
      return true;
    } catch (fault) {
      if (!(fault instanceof NoMicrophone)) throw fault;
      this.fail(fault.message);
      return false;
    }
  }

  private setTimers(timers: Timers): void {
    store.timers.value = counting(timers.timers, performance.now());
    const ringing = timers.timers.filter((timer) => timer.state === "ringing");
    const shown = store.alarm.value;
    if (ringing.length === 0) this.endAlarm();
    else if (shown === null) this.startAlarm({ timer: ringing[0] as TimerLine, sentence: "", audio: "" });
  }

  private startAlarm(alarm: Alarm): void {
    store.alarm.value = alarm;
    this.player.stop();
    this.hushAlarm ??= ring(this.audio());
    this.expectSound();
    if (alarm.audio === "") return;
    void playFile(this.audio(), alarm.audio).then(
      (node) => {
        const hush = this.hushAlarm;
        if (hush === null) node.stop();
        else this.hushAlarm = () => (hush(), node.stop());
      },
      () => undefined, // The ringing says it all: a sentence that cannot be played is not missed.
    );
  }

  private endAlarm(): void {
    this.hushAlarm?.();
    this.hushAlarm = null;
    store.alarm.value = null;
  }

  private async refreshTimers(): Promise<void> {
    const asked = this.told;
    const timers = await this.got(this.rest.timers());
    // What the socket told in the meantime is newer than this answer.
    if (timers !== null && this.told === asked) this.setTimers(timers);
  }

  private async refreshStatus(): Promise<void> {
    const status = await this.got(this.rest.status());
    if (status !== null) store.status.value = status;
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

  private async got<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      if (fault.status === 401) void this.enter();
      else if (fault.status !== 0) this.fail(fault.sentence);
      return null;
    }
  }

  // ── Sound ────────────────────────────────────────────────────────────────

  private audio(): AudioContext {
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    return this.context;
  }

  /** Browsers hold sound back until the page was touched: ask for that touch instead of staying silent. */
  private expectSound(): void {
    const context = this.audio();
    if (context.state === "running") return;
    void context.resume();
    window.setTimeout(() => {
      if (context.state === "running") return;
      store.muted.value = true;
      this.player.stop();
    }, SOUND_PATIENCE);
  }

  private unmute(): void {
    store.muted.value = false;
    if (this.context?.state === "suspended") void this.context.resume();
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
