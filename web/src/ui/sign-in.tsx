/** For somebody BMO does not know yet. */
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
        <p class="soft">
          No PIN yet? Run <code>bmo token --sign-in</code> on BMO's machine and open the address it shows.
        </p>
      </div>
    </section>
  );
}
