/** The satellites of the house: microphones and loudspeakers in other rooms, and letting one in by its code. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { ago } from "../model/words";
import { Trouble } from "../net/rest";
import type { SatelliteLine } from "../protocol/messages";
import { CodeField } from "./code-field";
import { NameForm } from "./name-form";
import { useSending } from "./sending";

/** Milliseconds between two looks who is here. */
const LOOK_EVERY = 5_000;

export function Devices({ bmo }: { readonly bmo: Bmo }) {
  const [satellites, setSatellites] = useState<readonly SatelliteLine[]>([]);
  const [trouble, setTrouble] = useState("");
  const look = async (): Promise<void> => {
    try {
      setSatellites((await bmo.satellites()).satellites);
      setTrouble("");
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      setTrouble(fault.sentence);
    }
  };
  useEffect(() => {
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, []);
  return (
    <section class="card more-card" data-testid="devices">
      <h2>Devices</h2>
      {satellites.length === 0 && (
        <p class="soft">
          BMO can listen and speak in other rooms. Start <code>bmo voice</code> on a machine there, and type the code it shows.
        </p>
      )}
      {satellites.map((one) => (
        <Satellite key={one.id} one={one} onRoom={(room) => bmo.placeSatellite(one.id, one.name, room).then(look)} onForget={() => void bmo.forgetSatellite(one.id).then(look)} />
      ))}
      {trouble !== "" && <p class="wrong">{trouble}</p>}
      <LetIn bmo={bmo} onDone={look} />
    </section>
  );
}

interface SatelliteProps {
  readonly one: SatelliteLine;
  /** It stands somewhere else. */
  readonly onRoom: (room: string) => Promise<void>;
  readonly onForget: () => void;
}

function Satellite({ one, onRoom, onForget }: SatelliteProps) {
  const [sure, setSure] = useState(false);
  const [moving, setMoving] = useState(false);
  return (
    <div class="row" data-testid={`satellite-${one.id}`} data-here={one.here}>
      <div class="row-head">
        <p class="server-line">
          <span class={`lamp lamp-${one.here ? "ok" : "unknown"}`} aria-hidden="true" />
          <b>{one.room === "" ? one.name : one.room}</b>
        </p>
        {sure ? (
          <span class="row-head">
            <button type="button" class="quiet" data-testid={`forget-${one.id}-yes`} onClick={onForget}>
              Yes, forget it
            </button>
            <button type="button" class="quiet" onClick={() => setSure(false)}>
              Keep
            </button>
          </span>
        ) : (
          <span class="row-head">
            <button type="button" class="quiet" aria-expanded={moving} data-testid={`rename-${one.id}`} onClick={() => setMoving(!moving)}>
              Rename
            </button>
            <button type="button" class="quiet" data-testid={`forget-${one.id}`} onClick={() => setSure(true)}>
              Forget
            </button>
          </span>
        )}
      </div>
      <p class="soft">
        {one.room !== "" && `${one.name}, `}
        {one.here ? "listening now" : `last here ${ago(one.seen, Date.now())}`}
      </p>
      {moving && (
        <NameForm
          label="Room where it stands"
          action="Keep"
          before={one.room}
          testid={`room-${one.id}`}
          longest={64}
          onName={(room) => onRoom(room).then(() => setMoving(false))}
        />
      )}
    </div>
  );
}

function LetIn({ bmo, onDone }: { readonly bmo: Bmo; readonly onDone: () => Promise<void> }) {
  const [code, setCode] = useState("");
  const [room, setRoom] = useState("");
  const [word, setWord] = useState("");
  const { busy, wrong, send } = useSending();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setWord("");
    if (!(await send(() => bmo.letSatelliteIn(code, room)))) return;
    setCode("");
    setRoom("");
    setWord("It may come in. It takes a few seconds.");
    await onDone();
  };
  return (
    <form class="pin" onSubmit={(event) => void submit(event)}>
      <CodeField value={code} label="Code that the device shows" hint="Code, 6 digits" testid="device-code" longest={8} onInput={setCode} />
      <input
        class="field"
        autocomplete="off"
        maxLength={64}
        value={room}
        placeholder="Which room?"
        aria-label="Room where it stands"
        data-testid="device-room"
        onInput={(event) => setRoom(event.currentTarget.value)}
      />
      <button
        type="submit"
        class="main-button"
        data-testid="device-let-in"
        disabled={busy || code.replace(/\s/g, "").length !== 6}
      >
        Let it in
      </button>
      <p class="soft" role="status" data-testid="device-word">
        {wrong || word}
      </p>
    </form>
  );
}
