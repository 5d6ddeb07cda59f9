/** Routines and scenes: run them, see what their steps do, write one sentence a step. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { routines } from "../hands/routine-book";
import { place } from "../model/store";
import type { RoutineLine, RoutineStep } from "../protocol/messages";
import "../style/routines.css";
import { Card } from "./more";
import { useSending } from "./sending";

/** Milliseconds without a key before what is written is looked at. */
const PAUSE = 350;

interface Props {
  readonly bmo: Bmo;
}

export function Routines({ bmo }: Props) {
  const [writing, setWriting] = useState<RoutineLine | null>(null);
  const { wrong, send } = useSending();
  useEffect(() => {
    void send(() => bmo.routines.refresh());
  }, [bmo]);
  const there = routines.value;
  return (
    <Card title="Routines">
      <div class="routines" data-testid="routines">
        {there?.routines.map((one) =>
          writing?.name === one.name ? (
            <Write key={one.name} bmo={bmo} before={writing} onClose={() => setWriting(null)} />
          ) : (
            <Routine key={one.name} bmo={bmo} one={one} mayChange={there.may_change} onWrite={() => setWriting(one)} />
          ),
        )}
        {there?.may_change === true && writing === null && (
          <button type="button" class="quiet" data-testid="routine-new" onClick={() => setWriting(NEW)}>
            Make a routine
          </button>
        )}
        {writing === NEW && <Write bmo={bmo} before={NEW} onClose={() => setWriting(null)} />}
      </div>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </Card>
  );
}

const NEW: RoutineLine = { id: 0, name: "", by: "", steps: [] };

interface RoutineProps extends Props {
  readonly one: RoutineLine;
  readonly mayChange: boolean;
  readonly onWrite: () => void;
}

function Routine({ bmo, one, mayChange, onWrite }: RoutineProps) {
  const [open, setOpen] = useState(false);
  const { busy, wrong, send } = useSending();
  const run = (): void => {
    if (bmo.ask(`Run the ${one.name} routine`)) place.value = "talk";
  };
  return (
    <div class="row" data-testid={`routine-${one.name}`}>
      <div class="row-head">
        <h3>{one.name}</h3>
        <button type="button" class="main-button" onClick={run}>
          Run
        </button>
      </div>
      <p class="soft">{one.id === 0 ? "Every house has this one." : one.by === "" ? "Made here." : `Made by ${one.by}.`}</p>
      {open && <StepList steps={one.steps} />}
      <p class="routine-hands">
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide steps" : "Steps"}
        </button>
        {mayChange && (
          <button type="button" class="quiet" onClick={onWrite}>
            {one.id === 0 ? "Make it yours" : "Change"}
          </button>
        )}
        {mayChange && one.id !== 0 && (
          <button type="button" class="quiet" disabled={busy} onClick={() => void send(() => bmo.routines.remove(one.id))}>
            Delete
          </button>
        )}
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </div>
  );
}

function StepList({ steps }: { readonly steps: readonly RoutineStep[] }) {
  return (
    <ol class="routine-steps">
      {steps.map((step, number) => (
        <li key={number} data-state={step.problem === "" ? "fine" : "gap"}>
          {step.words}
          <span class="soft">
            {step.problem !== "" ? `Left out: ${step.problem}` : step.asks ? `${step.says} (asks for a yes)` : step.says}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface WriteProps extends Props {
  readonly before: RoutineLine;
  readonly onClose: () => void;
}

function Write({ bmo, before, onClose }: WriteProps) {
  const [name, setName] = useState(before.name);
  const [text, setText] = useState(before.steps.map((step) => step.words).join("\n"));
  const steps = text.split("\n").filter((line) => line.trim() !== "");
  const checked = useChecked(bmo, steps);
  const { busy, wrong, send } = useSending();
  const limits = routines.value;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await send(() => bmo.routines.keep(before.id, name, steps))) onClose();
  };
  return (
    <form class="row routine-write" data-testid="routine-write" onSubmit={(event) => void submit(event)}>
      <input
        class="field"
        value={name}
        maxLength={limits?.longest_name ?? 40}
        placeholder="Name, such as dinner"
        aria-label="Name"
        autocomplete="off"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <textarea
        class="field"
        rows={5}
        value={text}
        placeholder={"One step a line, as you would say it:\ntell everyone dinner is ready\nset a timer for twenty minutes"}
        aria-label="Steps, one a line"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <StepList steps={checked} />
      <p class="routine-hands">
        <button type="submit" class="main-button" disabled={busy || name.trim() === "" || steps.length === 0}>
          Keep it
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          Leave it
        </button>
      </p>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </form>
  );
}

/** What BMO makes of each line, a moment after the last key. */
function useChecked(bmo: Bmo, steps: readonly string[]): readonly RoutineStep[] {
  const [checked, setChecked] = useState<readonly RoutineStep[]>([]);
  const written = steps.join("\n");
  useEffect(() => {
    let over = false;
    const look = async (): Promise<void> => {
      const found = steps.length === 0 ? [] : await bmo.routines.check(steps).catch(() => []);
      if (!over) setChecked(found);
    };
    const timer = setTimeout(() => void look(), PAUSE);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [bmo, written]);
  return checked;
}
