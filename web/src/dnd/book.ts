/** The game on this page: which campaign, what the app told of it, and what people ask of it. */
import { computed, signal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";
import { type Rest } from "../net/rest";
import type { Branches, Campaigns, DiceRolled, GameAnswer, GameHits, GameLine, GamePatch, GameView, Problem, Watch } from "../protocol/messages";
import type { Call } from "./calls";
import { patched } from "./model";

export type Seat = GameView["seat"];

export const campaigns = signal<Campaigns | null>(null);
export const game = signal<GameView | null>(null);
/** Id of the creature whose sheet is open. */
const picked = signal("");
/** What the last call of this page brought. */
export const result = signal<readonly GameLine[]>([]);

/** Whose sheet is shown: who was picked, else whose turn it is, else the first. */
export const chosen = computed(() => {
  const view = game.value;
  const ids = [picked.value, view?.encounter?.current ?? "", view?.creatures[0]?.id ?? ""];
  return view?.creatures.find((one) => one.id === ids.find((id) => view.creatures.some((other) => other.id === id)));
});

export function pick(id: string): void {
  picked.value = id;
}

interface Down {
  dnd_patch: (patch: GamePatch) => void;
  problem: (problem: Problem) => void;
}

interface Up {
  watch: (watch: Watch) => void;
}

/** Every method that asks the app throws `Trouble` with the sentence to show. */
export class GameBook {
  private readonly socket: Socket<Down, Up>;
  private watching: Watch | null = null;

  constructor(
    private readonly rest: Rest,
    private readonly failed: (sentence: string) => void,
  ) {
    this.socket = io("/dnd", { autoConnect: false, transports: ["websocket"] });
    this.socket.on("connect", () => this.watch());
    this.socket.on("dnd_patch", (patch) => {
      if (patch.campaign === this.watching?.campaign) game.value = patched(game.value, patch);
    });
    this.socket.on("problem", (problem) => this.failed(problem.sentence));
  }

  async look(): Promise<void> {
    campaigns.value = await this.rest.call<Campaigns>("GET", "/api/dnd/campaigns");
  }

  async begin(name: string): Promise<void> {
    const begun = await this.rest.call<{ readonly id: number }>("POST", "/api/dnd/campaigns", { name });
    await this.look();
    await this.open(begun.id);
  }

  async open(campaign: number, seat: Seat | "" = ""): Promise<void> {
    game.value = await this.rest.call<GameView>("GET", `/api/dnd/campaigns/${campaign}?${new URLSearchParams({ seat })}`);
    this.watching = { campaign, seat };
    result.value = [];
    if (this.socket.connected) this.watch();
    else this.socket.connect();
  }

  /** Back to the shelf of campaigns. */
  leave(): void {
    this.socket.disconnect();
    this.watching = null;
    game.value = null;
    picked.value = "";
    result.value = [];
  }

  /** Nobody is signed in here. */
  forget(): void {
    this.leave();
    campaigns.value = null;
  }

  async call(call: Call): Promise<void> {
    const answer = await this.rest.call<GameAnswer>("POST", "/api/dnd/calls", { ...this.watched(), call });
    result.value = answer.lines;
  }

  async undo(): Promise<void> {
    game.value = await this.rest.call<GameView>("POST", `/api/dnd/campaigns/${this.watched().campaign}/undo`, {});
    result.value = [];
  }

  branches(): Promise<Branches> {
    return this.rest.call("GET", `/api/dnd/campaigns/${this.watched().campaign}/branches`);
  }

  async goOn(branch: number): Promise<void> {
    await this.rest.call("POST", `/api/dnd/campaigns/${this.watched().campaign}/branches`, { branch });
  }

  async addCharacter(text: string, player: string): Promise<void> {
    const path = `/api/dnd/campaigns/${this.watched().campaign}/characters`;
    result.value = (await this.rest.call<GameAnswer>("POST", path, { text, player })).lines;
  }

  find(what: "creatures" | "spells" | "search", words: string): Promise<GameHits> {
    return this.rest.call("GET", `/api/dnd/${what}?${new URLSearchParams({ q: words })}`);
  }

  /** Dice that nobody at the table is told of. */
  roll(dice: string): Promise<DiceRolled> {
    return this.rest.call("POST", "/api/dnd/roll", { dice });
  }

  private watched(): Watch {
    if (this.watching === null) throw new Error("no campaign is open");
    return this.watching;
  }

  private watch(): void {
    if (this.watching !== null) this.socket.emit("watch", this.watching);
  }
}
