/** A name, and a button that keeps it: of a person, of a satellite's room. */
import { useState } from "preact/hooks";
import { useSending } from "./sending";

interface Props {
  readonly label: string;
  readonly action: string;
  readonly before: string;
  readonly testid: string;
  readonly longest: number;
  /** @throws Trouble with the sentence to show under the field. */
  readonly onName: (name: string) => Promise<void>;
}

export function NameForm({ label, action, before, testid, longest, onName }: Props) {
  const [name, setName] = useState(before);
  const { busy, wrong, send } = useSending();
  return (
    <form
      class="pin"
      onSubmit={(event) => {
        event.preventDefault();
        void send(() => onName(name.trim()));
      }}
    >
      <input
        class="field"
        value={name}
        maxLength={longest}
        placeholder={label}
        aria-label={label}
        data-testid={testid}
        autocomplete="off"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="main-button" data-testid={`${testid}-send`} disabled={busy || name.trim() === "" || name.trim() === before}>
        {action}
      </button>
      <p class="wrong" role="alert">
        {wrong}
      </p>
    </form>
  );
}
