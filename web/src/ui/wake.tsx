/** How this page hears BMO's name: how readily, a meter to try it with, and what woke BMO in the last days. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { HIGHEST, LOWEST, wakes, wakeScore, wakeThreshold } from "../hands/wake-book";
import { microphone } from "../model/store";
import type { WakeEntry } from "../protocol/messages";
import { Card } from "./more";

/** Where the slider stands while the app's settings decide. */
const USUAL = 0.5;
const SHOWN = 8;

interface Props {
  readonly bmo: Bmo;
}

export function Wake({ bmo }: Props) {
  return (
    <Card title="When I hear my name">
      <Readiness bmo={bmo} />
      <Meter bmo={bmo} />
      <Lately bmo={bmo} />
    </Card>
  );
}

function Readiness({ bmo }: Props) {
  const threshold = wakeThreshold.value;
  return (
    <div class="row">
      <div class="row-head">
        <h3 id="readiness">How readily I wake here</h3>
        {threshold !== null && (
          <button type="button" class="quiet" data-testid="wake-usual" onClick={() => bmo.wake.wakeAt(null)}>
            As usual
          </button>
        )}
      </div>
      <input
        type="range"
        class="slider"
        aria-labelledby="readiness"
        data-testid="wake-readiness"
        min={1 - HIGHEST}
        max={1 - LOWEST}
        step={0.05}
        value={1 - (threshold ?? USUAL)}
        onChange={(event) => bmo.wake.wakeAt(1 - event.currentTarget.valueAsNumber)}
      />
      <p class="slider-ends soft" aria-hidden="true">
        <span>Only when I'm sure</span>
        <span>At once</span>
      </p>
    </div>
  );
}

function Meter({ bmo }: Props) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    if (!on) return undefined;
    bmo.wake.meter(true);
    return () => bmo.wake.meter(false);
  }, [on, bmo]);
  const score = wakeScore.value;
  return (
    <div class="row" data-testid="wake-meter">
      <div class="row-head">
        <h3>How near it sounds</h3>
        <button type="button" class="quiet" aria-pressed={on} onClick={() => setOn(!on)}>
          {on ? "Stop" : "Show me"}
        </button>
      </div>
      {on && microphone.value === "off" && <p class="soft">I don't hear anything: switch on my ears in the corner first.</p>}
      {on && microphone.value !== "off" && score !== null && (
        <div
          class="wake-meter"
          role="meter"
          aria-label="How near it sounds"
          aria-valuemin={0}
          aria-valuemax={1}
          aria-valuenow={score.score}
          data-over={score.score >= score.threshold}
          style={{ "--score": score.score, "--threshold": score.threshold }}
        />
      )}
    </div>
  );
}

function Lately({ bmo }: Props) {
  const [trouble, setTrouble] = useState("");
  const [all, setAll] = useState(false);
  useEffect(() => void bmo.wake.refresh().then(setTrouble), [bmo]);
  const known = wakes.value;
  const tried = (work: Promise<string>): void => void work.then(setTrouble);
  const shown = known === null ? [] : all ? known.wakes : known.wakes.slice(0, SHOWN);
  return (
    <div class="row" data-testid="wakes">
      <div class="row-head">
        <h3>What woke me lately</h3>
        {shown.length > 0 && (
          <button type="button" class="quiet" onClick={() => tried(bmo.wake.forgetAll())}>
            Delete all
          </button>
        )}
      </div>
      {known !== null && (
        <p class="soft">
          {known.wakes.length === 0
            ? `Nothing yet. Whenever I hear "${known.phrase}", I keep three seconds of it here, for ${known.kept_days} days.`
            : `Three seconds around each "${known.phrase}", kept here for ${known.kept_days} days.`}
        </p>
      )}
      <ul class="wakes">
        {shown.map((wake) => (
          <Entry key={wake.id} bmo={bmo} wake={wake} tried={tried} />
        ))}
      </ul>
      {known !== null && known.wakes.length > SHOWN && (
        <button type="button" class="quiet" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${known.wakes.length}`}
        </button>
      )}
      <p class="wrong" role="status">
        {trouble}
      </p>
    </div>
  );
}

interface EntryProps extends Props {
  readonly wake: WakeEntry;
  readonly tried: (work: Promise<string>) => void;
}

function Entry({ bmo, wake, tried }: EntryProps) {
  const where = [wake.room, `${Math.round(wake.score * 100)} %`].filter((part) => part !== "").join(", ");
  return (
    <li class="wake" data-testid={`wake-${wake.id}`} data-wrong={wake.wrong}>
      <p>
        <b>{moment(wake.at)}</b> <span class="soft">{where}</span>
      </p>
      <span class="wake-hands">
        {wake.clip && (
          <button type="button" class="quiet" onClick={() => tried(bmo.wake.play(wake.id))}>
            Play
          </button>
        )}
        <button type="button" class="quiet" aria-pressed={wake.wrong} onClick={() => tried(bmo.wake.wrong(wake.id, !wake.wrong))}>
          That was wrong
        </button>
        <button type="button" class="quiet" onClick={() => tried(bmo.wake.forget(wake.id))}>
          Delete
        </button>
      </span>
    </li>
  );
}

function moment(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
}
