/** Something that is asked in front of everything else: large, with one way out. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { CloseIcon } from "../ui/icons";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.stopImmediatePropagation();
      onClose();
    };
    window.addEventListener("keydown", pressed, true);
    return () => window.removeEventListener("keydown", pressed, true);
  }, [onClose]);
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && onClose()}>
      <section class="card ask" role="dialog" aria-modal="true" aria-label={title} data-testid="dialog">
        <header class="row-head">
          <h2>{title}</h2>
          <button type="button" class="ghost" data-testid="dialog-close" aria-label="Close" onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        <div class="ask-body">{children}</div>
      </section>
    </div>
  );
}

interface NumberProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Digits under the thumb, and dice for who has none at hand. */
export function NumberPad({ value, onChange }: NumberProps) {
  return (
    <div class="pad">
      <output class="pad-value" data-testid="pad-value">
        {value || "0"}
      </output>
      {["1", "2", "3", "4", "5", "6", "7", "8", "9", "C", "0", "⌫"].map((key) => (
        <button key={key} type="button" class="pad-key" data-testid={`pad-${key}`} aria-label={NAMES[key] ?? key} onClick={() => onChange(typed(value, key))}>
          {key}
        </button>
      ))}
    </div>
  );
}

const NAMES: Readonly<Record<string, string>> = { C: "Clear", "⌫": "Delete the last digit" };

function typed(value: string, key: string): string {
  if (key === "C") return "";
  if (key === "⌫") return value.slice(0, -1);
  return `${value}${key}`.replace(/^0+(?=\d)/, "").slice(0, 4);
}

interface PickProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [T, string])[];
  readonly on: (value: T) => boolean;
  readonly onPick: (value: T) => void;
}

/** Many to choose from: a grid of large buttons, each of which may be on. */
export function Pick<T extends string>({ label, options, on, onPick }: PickProps<T>) {
  return (
    <div class="picks" role="group" aria-label={label}>
      {options.map(([value, text]) => (
        <button key={value} type="button" class="pick" data-value={value} aria-pressed={on(value)} onClick={() => onPick(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}
