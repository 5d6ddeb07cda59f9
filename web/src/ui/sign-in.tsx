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
  const [kiosk, setKiosk] = useState(false);
  const problem = PROBLEMS[new URLSearchParams(location.search).get("problem") ?? ""];
  return (
    <section class="sign-in" data-testid="sign-in" aria-label="Sign in">
      <div class="card">
        <h1>Hi! Who's there?</h1>
        {problem !== undefined && <p role="alert">{problem}</p>}
        {kiosk ? <Kiosk bmo={bmo} /> : <Person bmo={bmo} />}
        <button type="button" class="quiet" data-testid="kiosk" onClick={() => setKiosk(!kiosk)}>
          {kiosk ? "It's just me" : "We all share this"}
        </button>
      </div>
    </section>
  );
}

function Person({ bmo }: { readonly bmo: Bmo }) {
  return (
    <>
      <PinForm label="Your PIN" action="Let me in" autocomplete="current-password" testid="pin" onPin={(pin) => bmo.signIn(pin)} />
      <p class="soft">
        No PIN yet? Run <code>bmo token --sign-in</code> on BMO's machine and open the address it shows.
      </p>
    </>
  );
}

/** For a screen on the wall, which belongs to nobody in particular. */
function Kiosk({ bmo }: { readonly bmo: Bmo }) {
  return (
    <>
      <PinForm label="Code of this screen" action="Open" autocomplete="off" testid="kiosk-token" letters onPin={(token) => bmo.signInKiosk(token)} />
      <p class="soft">
        It is in the file <code>kiosk-token</code> on BMO's machine, and opens BMO at home only.
      </p>
    </>
  );
}
