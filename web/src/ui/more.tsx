/** Everything about BMO itself: how it is, who serves what, who may come in, how it looks. */
import type { ComponentChildren } from "preact";
import type { Bmo } from "../bmo";
import { session, status, theme, type Theme } from "../model/store";
import { capabilityName } from "../model/words";
import type { CapabilityBadge, ServerBadge } from "../protocol/messages";
import { Devices } from "./devices";
import { Documents } from "./documents";
import { CloudIcon, HouseIcon, NoteIcon } from "./icons";
import { KeysCard } from "./keys";
import { Memory } from "./memory";
import { PeopleCard } from "./people";
import { PinForm } from "./pin";
import { Routines } from "./routines";
import { Standing } from "./standing";
import { VoiceChoice } from "./voice-choice";
import { VoiceList } from "./voices";
import { Wake } from "./wake";

export function More({ bmo }: { readonly bmo: Bmo }) {
  const now = status.value;
  const owner = session.value?.role === "owner";
  return (
    <section class="page" aria-label="More">
      <header class="page-head">
        <h1>More</h1>
      </header>
      <div class="scroll" data-testid="more">
       <div class="more-cards">
        {owner && now?.pin_needed === true && <SetPin bmo={bmo} />}
        {now !== null && now.notices.length > 0 && <NoticeCard notices={now.notices} />}
        {now !== null && now.capabilities.length > 0 && (
          <Card title="Who helps me">
            {now.capabilities.map((badge) => (
              <Capability key={badge.capability} badge={badge} bmo={bmo} />
            ))}
          </Card>
        )}
        {now !== null && now.servers.length > 0 && (
          <Card title="My helpers">
            {now.servers.map((server) => (
              <Server key={server.name} server={server} />
            ))}
          </Card>
        )}
        {(session.value?.person ?? 0) !== 0 && <PeopleCard bmo={bmo} />}
        {session.value?.role !== "guest" && <Documents bmo={bmo} />}
        <Routines bmo={bmo} />
        <Memory bmo={bmo} />
        <Card title="Voices I know">
          <VoiceList bmo={bmo} />
        </Card>
        {(owner || session.value?.role === "adult") && <Devices bmo={bmo} />}
        {owner && <KeysCard bmo={bmo} />}
        <Standing bmo={bmo} />
        {now?.wake !== false && <Wake bmo={bmo} />}
        <VoiceChoice bmo={bmo} />
        <Look />
        <About version={now?.version ?? ""} bmo={bmo} />
       </div>
      </div>
    </section>
  );
}

export function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="card more-card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function NoticeCard({ notices }: { readonly notices: readonly string[] }) {
  return (
    <Card title="Good to know">
      <ul class="notice-list" data-testid="notice-list">
        {notices.map((sentence) => (
          <li key={sentence}>
            <NoteIcon />
            <span>{sentence}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Capability({ badge, bmo }: { readonly badge: CapabilityBadge; readonly bmo: Bmo }) {
  return (
    <div class="row" data-testid={`capability-${badge.capability}`}>
      <div class="row-head">
        <h3>{capabilityName(badge.capability)}</h3>
        <span class="badge">
          {badge.provider === "here" ? <HouseIcon /> : <CloudIcon />}
          <span>{badge.provider || "nobody"}</span>
        </span>
      </div>
      {badge.reason !== "" && <p class="soft">{badge.reason}</p>}
      {badge.choices.length > 1 && (
        <Choice
          label={`Who does: ${capabilityName(badge.capability)}`}
          options={[["", "BMO picks"], ...badge.choices.map((name) => [name, name] as const)]}
          chosen={badge.pinned}
          onChoose={(name) => void bmo.pinProvider(badge.capability, name === "" ? null : name)}
        />
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [T, string])[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}

export function Choice<T extends string>({ label, options, chosen, onChoose }: ChoiceProps<T>) {
  return (
    <div class="choice" role="radiogroup" aria-label={label}>
      {options.map(([value, text]) => (
        <button
          key={value}
          type="button"
          role="radio"
          aria-checked={value === chosen}
          class="choice-option"
          data-value={value}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

const SERVER_WORDS: Readonly<Record<ServerBadge["state"], string>> = {
  ok: "is here",
  degraded: "has a bad day",
  draining: "is about to leave",
  down: "is away",
  unknown: "has not answered yet",
};

function Server({ server }: { readonly server: ServerBadge }) {
  return (
    <div class="row server" data-testid={`server-${server.name}`} data-state={server.state}>
      <p class="server-line">
        <span class={`lamp lamp-${server.state}`} aria-hidden="true" />
        <b>{server.name}</b> {SERVER_WORDS[server.state]}
      </p>
      {server.state !== "ok" && server.sentence !== "" && <p class="soft">{server.sentence}</p>}
    </div>
  );
}

const THEMES: readonly (readonly [Theme, string])[] = [
  ["auto", "By itself"],
  ["day", "Day"],
  ["night", "Night"],
];

function Look() {
  return (
    <Card title="How I look">
      <Choice label="How I look" options={THEMES} chosen={theme.value} onChoose={(value) => (theme.value = value)} />
    </Card>
  );
}

function SetPin({ bmo }: { readonly bmo: Bmo }) {
  return (
    <Card title="Set a PIN">
      <p class="soft">Then only people who know it can come in, and other devices at home can reach me.</p>
      <PinForm label="New PIN" action="Set it" autocomplete="new-password" testid="new-pin" onPin={(pin) => bmo.setPin(pin)} />
    </Card>
  );
}

function About({ version, bmo }: { readonly version: string; readonly bmo: Bmo }) {
  const who = session.value?.name ?? "";
  return (
    <Card title="About me">
      <p>
        I'm BMO{version !== "" && ` ${version}`}, made by fans. I'm not connected to the makers of any cartoon or game console;
        my face, sounds and words are my own.
      </p>
      <p class="soft">
        My code: Apache-2.0. This page stands on Preact (MIT), Socket.IO (MIT) and the typeface Nunito (SIL Open Font
        License 1.1). The models I think and speak with are listed by <code>bmo models licences</code>.
      </p>
      <div class="row-head">
        <span class="soft">{who !== "" && `Signed in as ${who}`}</span>
        <button type="button" class="quiet" data-testid="sign-out" onClick={() => void bmo.signOut()}>
          Sign out
        </button>
      </div>
    </Card>
  );
}
