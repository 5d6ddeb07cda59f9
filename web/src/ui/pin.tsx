/** Asking for a PIN or another secret: to sign in, and to set one. */
import { useState } from "preact/hooks";
import { CodeField } from "./code-field";
import { useSending } from "./sending";

interface Props {
  readonly label: string;
  readonly action: string;
  readonly autocomplete: "current-password" | "new-password" | "off";
  readonly testid: string;
  /** True for a secret with letters in it. */
  readonly letters?: boolean;
  /** @throws Trouble with the sentence to show under the field. */
  readonly onPin: (pin: string) => Promise<void>;
}

export function PinForm({ label, action, autocomplete, testid, letters = false, onPin }: Props) {
  const [pin, setPin] = useState("");
  const { busy, wrong, send } = useSending();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await send(() => onPin(pin))) setPin("");
  };
  return (
    <form class="pin" onSubmit={(event) => void submit(event)}>
      <CodeField secret value={pin} label={label} testid={testid} autocomplete={autocomplete} letters={letters} onInput={setPin} />
      <button type="submit" class="main-button" data-testid={`${testid}-send`} disabled={busy || pin === ""}>
        {action}
      </button>
      <p class="wrong" role="alert" data-testid={`${testid}-wrong`}>
        {wrong}
      </p>
    </form>
  );
}
