/** Timers: what runs, how long it still takes, and new ones at a touch. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { timers } from "../model/store";
import { clock, type Counting, left, share, spoken } from "../model/timers";
import { CloseIcon, TimerIcon } from "./icons";

/** Minutes that are one touch away. */
const QUICK = [1, 3, 5, 10, 15, 30] as const;
/** The ring's length: 2 x pi x its radius of 44. */
const RING = 276.46;

/** The page's clock (ms), ticking four times a second while somebody looks. */
export function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const tick = window.setInterval(() => setNow(performance.now()), 250);
    return () => window.clearInterval(tick);
  }, []);
  return now;
}

export function TimersPage({ bmo }: { readonly bmo: Bmo }) {
  const now = useNow();
  const [name, setName] = useState("");
  const set = (minutes: number): void => {
    void bmo.setTimer(minutes * 60, name.trim()).then((done) => done && setName(""));
  };
  return (
    <section class="page" aria-label="Timers">
      <header class="page-head">
        <h1>Timers</h1>
        <input
          class="field new-timer-name"
          value={name}
          maxLength={40}
          placeholder="What for? (eggs, tea…)"
          aria-label="What the next timer is for"
          data-testid="timer-new-name"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </header>
      <div class="quick">
        {QUICK.map((minutes) => (
          <button key={minutes} type="button" class="chip" data-testid={`timer-new-${minutes}`} onClick={() => set(minutes)}>
            {minutes} min
          </button>
        ))}
      </div>
      <div class="scroll timers-grid" data-testid="timers">
        {timers.value.map((timer) => (
          <TimerCard key={timer.line.id} timer={timer} now={now} onCancel={() => void bmo.cancelTimer(timer.line.id)} />
        ))}
        {timers.value.length === 0 && <p class="card no-timers">No timer runs. Touch one above, or just ask me for one.</p>}
      </div>
    </section>
  );
}

interface CardProps {
  readonly timer: Counting;
  readonly now: number;
  readonly onCancel: () => void;
}

function TimerCard({ timer, now, onCancel }: CardProps) {
  const { line } = timer;
  const name = line.name || spoken(line.seconds);
  return (
    <article class="card timer" data-testid="timer" data-id={line.id} data-state={line.state}>
      <Ring part={share(timer, now)} />
      <div class="timer-words">
        <h2 data-testid="timer-name">{name}</h2>
        <p class="timer-left" data-testid="timer-left" role="timer">
          {clock(left(timer, now))}
        </p>
      </div>
      <button type="button" class="ghost" data-testid="timer-cancel" aria-label={`Cancel ${name}`} onClick={onCancel}>
        <CloseIcon />
      </button>
    </article>
  );
}

function Ring({ part }: { readonly part: number }) {
  return (
    <svg class="ring" viewBox="0 0 100 100" aria-hidden="true">
      <circle class="ring-way" cx="50" cy="50" r="44" />
      <circle class="ring-left" cx="50" cy="50" r="44" stroke-dasharray={RING} stroke-dashoffset={RING * (1 - part)} transform="rotate(-90 50 50)" />
    </svg>
  );
}

/** On the home page: the timer that rings next. */
export function NextTimer({ onOpen }: { readonly onOpen: () => void }) {
  const now = useNow();
  const running = timers.value.filter((timer) => timer.line.state === "running");
  const next = running[0];
  if (next === undefined) return null;
  return (
    <button type="button" class="next-timer" data-testid="next-timer" onClick={onOpen}>
      <TimerIcon />
      <span class="next-timer-words">
        <span class="timer-left">{clock(left(next, now))}</span>
        <span class="next-timer-name">{next.line.name} {running.length > 1 && `+${running.length - 1}`}</span>
      </span>
    </button>
  );
}
