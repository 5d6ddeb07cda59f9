/** The people of the house: the owner looks after everybody, everybody after their own name and PIN. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { people, type PeopleBook, type Role } from "../hands/people-book";
import { session } from "../model/store";
import type { Invitation, Person } from "../protocol/messages";
import { CodeField } from "./code-field";
import { Card, Choice } from "./more";
import { NameForm } from "./name-form";
import { PinForm } from "./pin";
import { useSending } from "./sending";

const ROLES: readonly (readonly [Role, string])[] = [
  ["owner", "Owner"],
  ["adult", "Adult"],
  ["child", "Child"],
  ["guest", "Guest"],
];

/** Names by which a machine reaches itself only. */
const HERE: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

interface Props {
  readonly book: PeopleBook;
  readonly person: Person;
}

export function PeopleCard({ bmo }: { readonly bmo: Bmo }) {
  const owner = session.value?.role === "owner";
  const { wrong, send } = useSending();
  useEffect(() => {
    void send(() => bmo.people.refresh());
  }, [session.value]);
  return (
    <Card title={owner ? "People" : "You"}>
      <div class="people-list" data-testid="people">
        {people.value.map((person) => (
          <PersonRow key={person.id} book={bmo.people} person={person} owner={owner} />
        ))}
      </div>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      {owner && <Add book={bmo.people} />}
    </Card>
  );
}

function PersonRow({ book, person, owner }: Props & { readonly owner: boolean }) {
  const [open, setOpen] = useState(false);
  const mine = owner || person.me;
  return (
    <div class="row" data-testid={`person-${person.name}`} data-role={person.role}>
      <div class="row-head">
        <h3>
          {person.name} <span class="soft">{roleWord(person.role)}</span>
        </h3>
        {mine && (
          <button type="button" class="quiet" aria-expanded={open} data-testid={`person-${person.name}-open`} onClick={() => setOpen(!open)}>
            {open ? "Close" : "Change"}
          </button>
        )}
      </div>
      {mine && <p class="soft">{standing(person)}</p>}
      {open && <Details book={book} person={person} owner={owner} />}
    </div>
  );
}

function Details({ book, person, owner }: Props & { readonly owner: boolean }) {
  const { wrong, send } = useSending();
  return (
    <>
      <NameForm label="Name" action="Rename" before={person.name} testid="person-name" longest={32} onName={(name) => book.change(person, { name })} />
      {owner && (
        <Choice
          label={`What ${person.name} is`}
          options={ROLES}
          chosen={person.role}
          onChoose={(role) => void send(() => book.change(person, { role }))}
        />
      )}
      <PinForm
        label={person.has_pin === true ? "New PIN" : "PIN, 4 to 12 digits"}
        action="Set it"
        autocomplete="new-password"
        testid="person-pin"
        onPin={(pin) => book.change(person, { pin })}
      />
      {owner && !person.me && <Invite book={book} person={person} />}
      <Farewell book={book} person={person} owner={owner} />
      <p class="wrong" role="alert" data-testid="person-wrong">
        {wrong}
      </p>
    </>
  );
}

function Invite({ book, person }: Props) {
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const { busy, wrong, send } = useSending();
  if (invitation !== null) {
    return (
      <p class="soft" data-testid="invitation">
        Open this in {person.name}'s browser within {Math.round(invitation.seconds / 60)} minutes. It works once:
        <br />
        <code class="invitation">{invitation.address}</code>
        {HERE.includes(location.hostname) && "On another device, write the name that BMO has in your network in place of this machine's."}
      </p>
    );
  }
  return (
    <>
      <button
        type="button"
        class="quiet"
        data-testid="person-invite"
        disabled={busy}
        onClick={() => void send(async () => setInvitation(await book.invite(person)))}
      >
        Invite without a PIN
      </button>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
    </>
  );
}

function Farewell({ book, person, owner }: Props & { readonly owner: boolean }) {
  const [sure, setSure] = useState(false);
  const { busy, wrong, send } = useSending();
  return (
    <>
      <div class="people-hands">
        <button type="button" class="quiet" data-testid="person-sign-out" disabled={busy} onClick={() => void send(() => book.signOut(person))}>
          Sign out everywhere
        </button>
        {owner && (
          <button
            type="button"
            class="quiet"
            data-testid={sure ? "person-delete-yes" : "person-delete"}
            disabled={busy}
            onClick={() => (sure ? void send(() => book.remove(person)) : setSure(true))}
          >
            {sure ? `Yes, delete ${person.name}` : "Delete"}
          </button>
        )}
        {sure && (
          <button type="button" class="quiet" onClick={() => setSure(false)}>
            Keep
          </button>
        )}
      </div>
      {wrong !== "" && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}

function Add({ book }: { readonly book: PeopleBook }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("child");
  const [pin, setPin] = useState("");
  const { busy, wrong, send } = useSending();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await send(() => book.add(name.trim(), role, pin)))) return;
    setName("");
    setPin("");
  };
  return (
    <form class="pin people-add" onSubmit={(event) => void submit(event)}>
      <input
        class="field"
        value={name}
        maxLength={32}
        placeholder="Somebody new"
        aria-label="Name of somebody new"
        data-testid="new-person"
        autocomplete="off"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      {name.trim() !== "" && (
        <>
          <Choice label="What they are" options={ROLES} chosen={role} onChoose={setRole} />
          <CodeField secret value={pin} label="Their PIN" hint="Their PIN, or none yet" testid="new-person-pin" autocomplete="new-password" onInput={setPin} />
        </>
      )}
      <button type="submit" class="main-button" data-testid="new-person-add" disabled={busy || name.trim() === ""}>
        Add
      </button>
      <p class="wrong" role="alert" data-testid="new-person-wrong">
        {wrong}
      </p>
    </form>
  );
}

function roleWord(role: Role): string {
  return ROLES.find(([name]) => name === role)?.[1].toLowerCase() ?? role;
}

function standing(person: Person): string {
  const places = person.places === 1 ? "signed in once" : person.places ? `signed in ${person.places} times` : "not signed in";
  return `${person.has_pin === true ? "Has a PIN" : "No PIN yet"}, ${places}.`;
}
