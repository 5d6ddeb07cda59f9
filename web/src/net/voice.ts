/** The socket `/voice`: turns, timers, alarms and status come down; questions and sound go up. */
import { io, type Socket } from "socket.io-client";
import type { Alarm, Announcement, Ask, FrameHead, Listen, Meter, Place, Played, Problem, Status, Stop, Timers, TurnLine, WakeScore } from "../protocol/messages";

interface Down {
  turn: (line: TurnLine) => void;
  timers: (timers: Timers) => void;
  alarm: (alarm: Alarm) => void;
  announcement: (announcement: Announcement) => void;
  status: (status: Status) => void;
  wake_score: (score: WakeScore) => void;
  problem: (problem: Problem) => void;
}

/** The app acknowledges with nothing, or with the problem it has. */
type Answer = (problem?: Problem | null) => void;

interface Up {
  place: (place: Place, answer: Answer) => void;
  ask: (ask: Ask, answer: Answer) => void;
  listen: (listen: Pick<Listen, "mode"> & Partial<Listen>, answer: Answer) => void;
  meter: (meter: Meter, answer: Answer) => void;
  frame: (head: FrameHead, samples: ArrayBuffer) => void;
  played: (played: Played) => void;
  stop: (stop: Stop) => void;
}

export interface Ears {
  joined: () => void;
  /** `sentAway` when the app closed the line on purpose: it will not be joined again by itself. */
  lost: (sentAway: boolean) => void;
  /** No connection. `reason` is the app's sentence when it answered and refused, else empty. */
  refused: (reason: string) => void;
  turn: Down["turn"];
  timers: Down["timers"];
  alarm: Down["alarm"];
  announcement: Down["announcement"];
  status: Down["status"];
  wakeScore: Down["wake_score"];
  problem: Down["problem"];
}

export class Voice {
  private readonly socket: Socket<Down, Up>;

  constructor(private readonly ears: Ears) {
    this.socket = io("/voice", {
      autoConnect: false,
      // A WebSocket or nothing: audio frames do not belong on long polling, and the app does not offer it.
      transports: ["websocket"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    });
    this.socket.on("connect", ears.joined);
    this.socket.on("disconnect", (reason) => ears.lost(reason === "io server disconnect"));
    this.socket.on("connect_error", (fault) => ears.refused(this.socket.active ? "" : fault.message));
    this.socket.on("turn", ears.turn);
    this.socket.on("timers", ears.timers);
    this.socket.on("alarm", ears.alarm);
    this.socket.on("announcement", ears.announcement);
    this.socket.on("status", ears.status);
    this.socket.on("wake_score", ears.wakeScore);
    this.socket.on("problem", ears.problem);
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  /** Joins, and comes back by itself whenever the line breaks. */
  open(): void {
    this.socket.connect();
  }

  close(): void {
    this.socket.disconnect();
  }

  /** Where this page stands, and after which answers it listens on. */
  place(place: Place): void {
    if (this.connected) this.socket.emit("place", place, this.answer);
  }

  ask(text: string, question: string): void {
    if (this.connected) this.socket.emit("ask", { text, conversation: "main", aloud: true, question }, this.answer);
  }

  /** `threshold` is the wake score that counts here; null for what the settings say. */
  listen(mode: Listen["mode"], threshold: number | null): void {
    if (this.connected) this.socket.emit("listen", { mode, threshold }, this.answer);
  }

  /** Whether wake scores are wanted. */
  meter(on: boolean): void {
    if (this.connected) this.socket.emit("meter", { on }, this.answer);
  }

  /** 80 ms of sound. Dropped while the line is down: old sound is of no use later. */
  frame(seq: number, samples: ArrayBuffer): void {
    if (this.connected) this.socket.emit("frame", { seq }, samples);
  }

  played(turn: string, clause: number): void {
    if (this.connected) this.socket.emit("played", { turn, clause });
  }

  stop(turn: string): void {
    if (this.connected) this.socket.emit("stop", { turn });
  }

  private readonly answer: Answer = (problem) => {
    if (problem && typeof problem.sentence === "string") this.ears.problem(problem);
  };
}
