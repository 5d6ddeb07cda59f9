/** One line for digits or a secret: a PIN, the code that a device shows, the token of a kiosk. */

interface Props {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly testid: string;
  readonly autocomplete?: "current-password" | "new-password" | "off";
  /** Shown as dots. */
  readonly secret?: boolean;
  /** Letters may be in it too. */
  readonly letters?: boolean;
  readonly longest?: number;
  readonly onInput: (value: string) => void;
}

export function CodeField({ value, label, hint, testid, autocomplete = "off", secret = false, letters = false, longest = 100, onInput }: Props) {
  const kind = secret ? ({ type: "password" } as const) : ({ type: "text" } as const);
  return (
    <input
      {...kind}
      class="field pin-field"
      inputMode={letters ? "text" : "numeric"}
      value={value}
      maxLength={longest}
      placeholder={hint ?? label}
      aria-label={label}
      data-testid={testid}
      autocomplete={autocomplete}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
