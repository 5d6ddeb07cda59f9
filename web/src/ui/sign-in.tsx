/** For somebody BMO does not know yet. */
import type { Bmo } from "../bmo";
import { PinForm } from "./pin";

export function SignIn({ bmo }: { readonly bmo: Bmo }) {
  return (
    <section class="sign-in" data-testid="sign-in" aria-label="Sign in">
      <div class="card">
        <h1>Hi! Who's there?</h1>
        <PinForm label="Your PIN" action="Let me in" autocomplete="current-password" testid="pin" onPin={(pin) => bmo.signIn(pin)} />
        <p class="soft">
          No PIN yet? Run <code>bmo token --sign-in</code> on BMO's machine and open the address it shows.
        </p>
      </div>
    </section>
  );
}
