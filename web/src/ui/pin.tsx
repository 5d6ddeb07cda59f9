/** Asking for a PIN: to sign in, and to set one. */
import { useState } from "preact/hooks";
import { Trouble } from "../net/rest";

interface Props {
  readonly label: string;
  readonly action: string;
  readonly autocomplete: "current-password" | "new-password";
  readonly testid: string;
  /** @throws Trouble with the sentence to show under the field. */
  readonly onPin: (pin: string) => Promise<void>;
}

export function PinForm({ label, action, autocomplete, testid, onPin }: Props) {
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setWrong("");
    try {
      await onPin(pin);
      setPin("");
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      setWrong(fault.sentence);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="pin" onSubmit={(event) => void send(event)}>
      <input
        class="field pin-field"
        type="password"
        inputMode="numeric"
        value={pin}
        placeholder={label}
        aria-label={label}
        data-testid={testid}
        autocomplete={autocomplete}
        onInput={(event) => setPin(event.currentTarget.value)}
      />
      <button type="submit" class="main-button" data-testid={`${testid}-send`} disabled={busy || pin === ""}>
        {action}
      </button>
      <p class="wrong" role="alert" data-testid={`${testid}-wrong`}>
        {wrong}
      </p>
    </form>
  );
}
