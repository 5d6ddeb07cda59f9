/** A form that sends something: busy until it is answered, and then the sentence of what went wrong, if anything did. */
import { useState } from "preact/hooks";
import { Trouble } from "../net/rest";

interface Sending {
  readonly busy: boolean;
  /** Why it did not work; "" while nothing is wrong. */
  readonly wrong: string;
  /** Runs it; true when it went well. */
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const send = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setWrong("");
    try {
      await work();
      return true;
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      setWrong(fault.sentence);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, wrong, send };
}
