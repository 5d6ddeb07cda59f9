/**
 * When each piece of a spoken answer is heard. Pure: time (seconds, the audio clock) is passed in.
 *
 * Pieces follow each other without a gap, clause after clause. When a voice breaks, another one says the clause again:
 * what was not yet heard of the first attempt is dropped, and later clauses move.
 */

export interface Piece<T> {
  readonly clause: number;
  /** Seconds. */
  readonly length: number;
  readonly sound: T;
  /** True on the clause's last piece. */
  readonly last: boolean;
  /** When it starts on the audio clock. */
  start: number;
}

/** What the speaker has to do after a change. */
export interface Plan<T> {
  /** No longer wanted: fall silent at once. */
  readonly drop: readonly Piece<T>[];
  /** To be started at their `start`; a piece that only moved is in both lists. */
  readonly play: readonly Piece<T>[];
}

/** Seconds between now and the earliest start: a late start would click. */
export const LEAD = 0.03;

export class Schedule<T> {
  private pieces: Piece<T>[] = [];
  private heardClauses = new Set<number>();
  private begun = -1;

  /** Adds a piece; `restart` first drops what is not yet heard of its clause. */
  add(piece: Omit<Piece<T>, "start">, restart: boolean, now: number): Plan<T> {
    const dropped = restart ? this.forget(piece.clause, now) : [];
    const added: Piece<T> = { ...piece, start: Number.POSITIVE_INFINITY };
    const later = this.pieces.findIndex((other) => other.clause > piece.clause);
    this.pieces.splice(later < 0 ? this.pieces.length : later, 0, added);
    const moved = this.arrange(now);
    return { drop: [...dropped, ...moved.filter((other) => other !== added)], play: moved };
  }

  /** The last clause that has begun, if that is news since the last call. */
  began(now: number): number | null {
    const latest = this.pieces.filter((piece) => piece.start <= now).at(-1)?.clause ?? -1;
    if (latest <= this.begun) return null;
    this.begun = latest;
    return latest;
  }

  /** Clauses heard to their end since the last call, in order. */
  heard(now: number): number[] {
    const over = this.pieces.filter((piece) => piece.start + piece.length <= now);
    this.pieces = this.pieces.filter((piece) => piece.start + piece.length > now);
    const done = over.filter((piece) => piece.last && !this.heardClauses.has(piece.clause)).map((piece) => piece.clause);
    for (const clause of done) this.heardClauses.add(clause);
    return done;
  }

  /** Forgets everything; what has to fall silent is returned. */
  clear(): Piece<T>[] {
    const all = this.pieces;
    this.pieces = [];
    this.heardClauses = new Set();
    this.begun = -1;
    return all;
  }

  get empty(): boolean {
    return this.pieces.length === 0;
  }

  private forget(clause: number, now: number): Piece<T>[] {
    const gone = this.pieces.filter((piece) => piece.clause === clause && piece.start + piece.length > now);
    this.pieces = this.pieces.filter((piece) => !gone.includes(piece));
    this.heardClauses.delete(clause);
    return gone;
  }

  /** Gives every piece that has not begun its place; returns those whose start changed. */
  private arrange(now: number): Piece<T>[] {
    const moved: Piece<T>[] = [];
    const begun = this.pieces.filter((piece) => piece.start <= now + LEAD);
    let free = Math.max(now + LEAD, ...begun.map((piece) => piece.start + piece.length));
    for (const piece of this.pieces) {
      if (begun.includes(piece)) continue;
      if (piece.start !== free) {
        piece.start = free;
        moved.push(piece);
      }
      free += piece.length;
    }
    return moved;
  }
}
