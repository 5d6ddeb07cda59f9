/** The app's REST calls. Every failure arrives as `Trouble` with a sentence that can be shown. */
import type { ChangeableSettings, Deleted, DocumentHits, DocumentList, Invitation, Keys, LearntVoice, MemoryBook, MadeKey, People, Problem, Satellites, Status, Timers, VoiceNames, Voices, Wakes, WhoseVoice } from "../protocol/messages";
import type { Session } from "../model/store";

const UNREACHABLE = "I can't reach the BMO program. Is it still running?";

/** A failed call: `sentence` is for the screen, `status` is 0 when nobody answered. */
export class Trouble extends Error {
  constructor(
    readonly sentence: string,
    readonly status: number,
  ) {
    super(sentence);
  }
}

export class Rest {
  /** Sent with everything that changes something; set from the session. */
  csrf = "";

  session(): Promise<Session> {
    return this.call("GET", "/api/session");
  }

  signIn(pin: string): Promise<unknown> {
    return this.call("POST", "/sign-in/pin", { pin });
  }

  /** This browser is the house's own screen from now on. */
  signInKiosk(token: string): Promise<unknown> {
    return this.call("POST", "/sign-in/kiosk", { token });
  }

  people(): Promise<People> {
    return this.call("GET", "/api/people");
  }

  addPerson(name: string, role: string, pin: string): Promise<People> {
    return this.call("POST", "/api/people", { name, role, pin });
  }

  changePerson(id: number, change: object): Promise<People> {
    return this.call("PATCH", `/api/people/${id}`, change);
  }

  signOutPerson(id: number): Promise<People> {
    return this.call("POST", `/api/people/${id}/sign-out`, {});
  }

  removePerson(id: number): Promise<People> {
    return this.call("DELETE", `/api/people/${id}`);
  }

  invitePerson(id: number): Promise<Invitation> {
    return this.call("POST", `/api/people/${id}/invitation`, {});
  }

  signOut(): Promise<unknown> {
    return this.call("POST", "/sign-out", {});
  }

  setPin(pin: string): Promise<unknown> {
    return this.call("POST", "/api/pin", { pin });
  }

  status(): Promise<Status> {
    return this.call("GET", "/api/health");
  }

  timers(): Promise<Timers> {
    return this.call("GET", "/api/timers");
  }

  setTimer(seconds: number, name: string): Promise<unknown> {
    return this.call("POST", "/api/timers", { duration: seconds, name });
  }

  cancelTimer(id: number): Promise<unknown> {
    return this.call("DELETE", `/api/timers/${id}`);
  }

  /** Also when somebody else has stopped it already. */
  async stopAlarm(): Promise<void> {
    try {
      await this.call("POST", "/api/timers/stop", {});
    } catch (fault) {
      if (!(fault instanceof Trouble && fault.status === 404)) throw fault;
    }
  }

  keys(): Promise<Keys> {
    return this.call("GET", "/api/keys");
  }

  /** The key itself comes this once. */
  makeKey(name: string): Promise<MadeKey> {
    return this.call("POST", "/api/keys", { name });
  }

  takeKeyAway(id: number): Promise<Keys> {
    return this.call("DELETE", `/api/keys/${id}`);
  }

  satellites(): Promise<Satellites> {
    return this.call("GET", "/api/satellites");
  }

  letSatelliteIn(code: string, room: string): Promise<unknown> {
    return this.call("POST", "/api/satellites", { code, room });
  }

  placeSatellite(id: number, name: string, room: string): Promise<Satellites> {
    return this.call("PATCH", `/api/satellites/${id}`, { name, room });
  }

  forgetSatellite(id: number): Promise<unknown> {
    return this.call("DELETE", `/api/satellites/${id}`);
  }

  /** Null lets BMO choose again by itself. */
  pinProvider(capability: string, provider: string | null): Promise<unknown> {
    return this.call("POST", "/api/providers/pin", { capability, provider });
  }

  voiceNames(): Promise<VoiceNames> {
    return this.call("GET", "/api/voices/names");
  }

  settings(): Promise<ChangeableSettings> {
    return this.call("GET", "/api/settings");
  }

  /** Null takes a change back. */
  changeSettings(changes: Readonly<Record<string, unknown>>): Promise<ChangeableSettings> {
    return this.call("PATCH", "/api/settings", changes);
  }

  /** The words as a WAV file. */
  async say(text: string, voice: string): Promise<ArrayBuffer> {
    return (await this.send("POST", "/api/say", { text, voice })).arrayBuffer();
  }

  forgetConversation(): Promise<unknown> {
    return this.call("POST", "/api/chat/clear", {});
  }

  voices(): Promise<Voices> {
    return this.call("GET", "/api/voices");
  }

  learnVoice(person: string, sentence: Blob): Promise<LearntVoice> {
    return this.call("POST", `/api/voices/${encodeURIComponent(person)}`, sentence);
  }

  whoseVoice(sound: Blob): Promise<WhoseVoice> {
    return this.call("POST", "/api/voices", sound);
  }

  forgetVoice(person: string): Promise<Voices> {
    return this.call("DELETE", `/api/voices/${encodeURIComponent(person)}`);
  }

  wakes(): Promise<Wakes> {
    return this.call("GET", "/api/wakes");
  }

  wakeWrong(id: number, wrong: boolean): Promise<Wakes> {
    return this.call("POST", `/api/wakes/${id}/wrong`, { wrong });
  }

  forgetWake(id: number): Promise<Wakes> {
    return this.call("DELETE", `/api/wakes/${id}`);
  }

  forgetWakes(): Promise<Wakes> {
    return this.call("DELETE", "/api/wakes");
  }

  documents(): Promise<DocumentList> {
    return this.call("GET", "/api/documents");
  }

  searchDocuments(words: string): Promise<DocumentHits> {
    return this.call("GET", `/api/documents/search?${new URLSearchParams({ q: words })}`);
  }

  sendDocument(domain: string, file: File, mine: boolean, replace: boolean): Promise<DocumentList> {
    const told = new URLSearchParams({ domain, name: file.name, mine: `${mine}`, replace: `${replace}` });
    return this.call("POST", `/api/documents?${told}`, new Blob([file], { type: "application/octet-stream" }));
  }

  deleteDocument(domain: string, path: string): Promise<DocumentList> {
    return this.call("DELETE", `/api/documents?${new URLSearchParams({ domain, path })}`);
  }

  memory(): Promise<MemoryBook> {
    return this.call("GET", "/api/memory");
  }

  rememberFact(text: string): Promise<unknown> {
    return this.call("POST", "/api/memory/facts", { text });
  }

  changeFact(id: number, text: string): Promise<unknown> {
    return this.call("PUT", `/api/memory/facts/${id}`, { text });
  }

  acceptFact(id: number): Promise<unknown> {
    return this.call("POST", `/api/memory/proposals/${id}/accept`, {});
  }

  /** `what` is `facts` (proposals too), `summaries` or `conversations`. */
  forgetMemory(what: string, id: number): Promise<MemoryBook> {
    return this.call("DELETE", `/api/memory/${what}/${id}`);
  }

  forgetMe(): Promise<Deleted> {
    return this.call("DELETE", "/api/people/me/data", { sure: true });
  }

  /** One call, its answer as JSON. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const text = await (await this.send(method, path, body)).text();
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  /** A `Blob` travels as it is, anything else as JSON. */
  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRF-Token"] = this.csrf;
    if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
    let answer: Response;
    try {
      answer = await fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        cache: "no-store",
        ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      });
    } catch {
      throw new Trouble(UNREACHABLE, 0);
    }
    if (!answer.ok) throw new Trouble(sentenceOf(await answer.text()), answer.status);
    return answer;
  }
}

function sentenceOf(text: string): string {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.sentence === "string" && problem.sentence !== "") return problem.sentence;
  } catch {
    // Not ours: a proxy's page, say. The status is in the network panel; people get a sentence.
  }
  return "That did not work. Please try once more.";
}
