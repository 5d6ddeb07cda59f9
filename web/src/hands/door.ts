/** Coming in and going out: who is signed in here, and knocking again while nobody answers. */
import { entry, session } from "../model/store";
import { type Rest, Trouble } from "../net/rest";

/** How long (ms) the page waits before it knocks again. */
const AGAIN = 3_000;

interface Outside {
  /** Somebody is signed in. */
  opened: () => void;
  /** Nobody is: nothing may listen, ring or be left to read. */
  closed: () => void;
  failed: (sentence: string) => void;
}

export class Door {
  private knocking = 0;

  constructor(
    private readonly rest: Rest,
    private readonly outside: Outside,
  ) {}

  /** Goes in if the session allows it. */
  async enter(): Promise<void> {
    try {
      const found = await this.rest.session();
      if (!found.signed_in) throw new Trouble("", 401);
      this.rest.csrf = found.csrf;
      session.value = found;
      entry.value = "in";
      this.outside.opened();
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      if (fault.status === 401) {
        entry.value = "out";
        this.outside.closed();
      } else {
        entry.value = "unreachable";
        if (fault.status !== 0) this.outside.failed(fault.sentence);
        this.enterLater();
      }
    }
  }

  /** Not more than one attempt at a time, however many parts of the page miss the app. */
  enterLater(): void {
    window.clearTimeout(this.knocking);
    this.knocking = window.setTimeout(() => void this.enter(), AGAIN);
  }
}
