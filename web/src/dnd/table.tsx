/** The table: who is there, whose turn it is, what the dice said. For a Dungeon Master with or without BMO's help. */
import { useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import type { GameView } from "../protocol/messages";
import { useSending } from "../ui/sending";
import { AddAsk } from "./add";
import { chosen, game, result } from "./book";
import type { Call } from "./calls";
import { DiceTray } from "./dice";
import { LogList } from "./log";
import { Menu } from "./menu";
import { Sheet } from "./sheet";
import { Shelf } from "./shelf";
import { Who } from "./who";

type Tab = "who" | "sheet" | "dice" | "log";

const TABS: readonly (readonly [Tab, string])[] = [
  ["who", "Who"],
  ["sheet", "Sheet"],
  ["dice", "Dice"],
  ["log", "Log"],
];

export function TablePage({ bmo }: { readonly bmo: Bmo }) {
  const view = game.value;
  return view === null ? <Shelf bmo={bmo} /> : <Open key={view.campaign} bmo={bmo} view={view} />;
}

function Open({ bmo, view }: { readonly bmo: Bmo; readonly view: GameView }) {
  const [tab, setTab] = useState<Tab>("who");
  const [asks, setAsks] = useState<"" | "add" | "menu">("");
  const { busy, wrong, send } = useSending();
  const call = (wanted: Call): Promise<boolean> => send(() => bmo.game.call(wanted));
  const close = (): void => setAsks("");
  const one = chosen.value;
  const shown = tab === "who" ? "sheet" : tab;
  return (
    <section class="page table" aria-label="The table" data-testid="table" data-tab={tab} data-seat={view.seat} data-seq={view.seq}>
      <Rail bmo={bmo} view={view} busy={busy} onCall={call} onAsk={setAsks} send={send} />
      <div class="table-who">
        <Who onPick={() => setTab("sheet")} />
      </div>
      <div class="table-panel">
        <div class="tabs" role="tablist" aria-label="The table">
          {TABS.map(([name, label]) => (
            <button key={name} type="button" role="tab" class="tab" data-testid={`tab-${name}`} data-tab={name} aria-selected={tab === name} data-shown={shown === name} onClick={() => setTab(name)}>
              {label}
            </button>
          ))}
        </div>
        {(shown !== "dice" || wrong !== "") && <Words view={view} wrong={wrong} />}
        <div class="panel-body">
          {shown === "sheet" && (one === undefined ? <p class="soft">Bring somebody to the table first.</p> : <Sheet key={one.id} view={view} one={one} onCall={call} />)}
          {shown === "dice" && <DiceTray result={result.value} onCall={call} dm={view.seat === "dm"} />}
          {shown === "log" && <LogList lines={view.log} id={view.branch} />}
        </div>
      </div>
      <div class="table-side">
        <LogList lines={view.log} id={view.branch} />
      </div>
      {asks === "add" && <AddAsk bmo={bmo} onCall={call} onClose={close} />}
      {asks === "menu" && <Menu bmo={bmo} view={view} onCall={call} onClose={close} />}
    </section>
  );
}

interface RailProps {
  readonly bmo: Bmo;
  readonly view: GameView;
  readonly busy: boolean;
  readonly onCall: (call: Call) => Promise<boolean>;
  readonly onAsk: (what: "add" | "menu") => void;
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Beside the face: where the story is, and what moves it on. */
function Rail({ bmo, view, busy, onCall, onAsk, send }: RailProps) {
  const dm = view.seat === "dm";
  const fight = view.encounter;
  const now = view.creatures.find((one) => one.id === fight?.current);
  return (
    <div class="rail">
      {view.session === "" && dm && (
        <button type="button" class="main-button" data-testid="begin-session" onClick={() => void onCall({ call: "begin_session", name: evening(), date: today(), edition: view.edition })}>
          Begin tonight
        </button>
      )}
      {fight !== null && (
        <p class="rail-round" data-testid="round">
          <b>Round {fight.round}</b>
          <span class="soft">{now?.name ?? fight.name}</span>
        </p>
      )}
      {dm && fight !== null && (now !== undefined || fight.current !== "") && (
        <button type="button" class="main-button" data-testid="next-turn" disabled={busy} onClick={() => void onCall({ call: "next_turn" })}>
          Next turn
        </button>
      )}
      {!dm && now?.mine === true && (
        <button type="button" class="main-button" data-testid="next-turn" disabled={busy} onClick={() => void onCall({ call: "next_turn" })}>
          I'm done
        </button>
      )}
      {dm && view.session !== "" && fight === null && view.creatures.length > 1 && (
        <button type="button" class="main-button" data-testid="start-encounter" disabled={busy} onClick={() => void onCall({ call: "start_encounter" })}>
          Roll initiative
        </button>
      )}
      <div class="rail-row">
        {dm && view.session !== "" && (
          <button type="button" class="quiet" data-testid="add" onClick={() => onAsk("add")}>
            Add
          </button>
        )}
        {dm && (
          <button type="button" class="quiet" data-testid="undo" disabled={busy || view.seq === 0} onClick={() => void send(() => bmo.game.undo())}>
            Undo
          </button>
        )}
        {dm && fight !== null && (
          <button type="button" class="quiet" data-testid="end-encounter" onClick={() => void onCall({ call: "end_encounter", award: true })}>
            End fight
          </button>
        )}
        <button type="button" class="quiet" data-testid="menu" onClick={() => onAsk("menu")}>
          Menu
        </button>
      </div>
    </div>
  );
}

/** What the last touch brought, until the next: a refusal, or how the dice fell. */
function Words({ view, wrong }: { readonly view: GameView; readonly wrong: string }) {
  const last = result.value.filter((line) => line.told !== "turn").slice(-3);
  if (wrong !== "")
    return (
      <p class="words" role="alert" data-testid="refused">
        {wrong}
      </p>
    );
  const said = last.length > 0 ? last : view.log.slice(-1);
  if (said.length === 0) return null;
  return (
    <p class="words" role="status" data-testid="said">
      {said.map((line) => line.text).join(" ")}
    </p>
  );
}

function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${`${now.getMonth() + 1}`.padStart(2, "0")}-${`${now.getDate()}`.padStart(2, "0")}`;
}

function evening(): string {
  return `The evening of ${today()}`;
}
