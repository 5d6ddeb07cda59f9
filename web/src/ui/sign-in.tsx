/** For somebody BMO does not know yet. */
import { useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { PinForm } from "./pin";

/** What the app says in the address when a one-time code did not open the door. */
const PROBLEMS: Readonly<Record<string, string>> = {
  code: "That address was used before, or it is too old. Please make a new one.",
  wait: "Too many tries. Please wait a minute, then try again.",
};

export function SignIn({ bmo }: { readonly bmo: Bmo }) {
  const problem = PROBLEMS[new URLSearchParams(location.search).get("problem") ?? ""];
  return (
    <section class="sign-in" data-testid="sign-in" aria-label="Sign in">
      <div class="card">
        <h1>Hi! Who's there?</h1>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <PinForm label="Your PIN" action="Let me in" autocomplete="current-password" testid="pin" onPin={(pin) => bmo.signIn(pin)} />
        <Kiosk bmo={bmo} />
        <p class="soft">
          No PIN yet? Run <code>bmo token --sign-in</code> on BMO's machine and open the address it shows.
        </p>
      </div>
    </section>
  );
}

/** For a screen on the wall, which belongs to nobody in particular. */
function Kiosk({ bmo }: { readonly bmo: Bmo }) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <button type="button" class="quiet" data-testid="kiosk" onClick={() => setOpen(true)}>
        This screen is for everybody
      </button>
    );
  }
  return (
    <>
      <p class="soft">
        BMO's machine has the code of its screen in the file <code>kiosk-token</code>. It opens BMO there, not from outside.
      </p>
      <PinForm label="Code of the screen" action="Open" autocomplete="off" testid="kiosk-token" letters onPin={(token) => bmo.signInKiosk(token)} />
    </>
  );
}
