/** What is to be seen when a certain clause of the spoken answer begins. Pure. */
import type { TagLine } from "../protocol/messages";

export class Cues {
  private waiting: TagLine[] = [];
  private turn = "";
  /** The last clause that began. */
  private clause = -1;

  /** True when the tag has to wait for its clause. */
  hold(line: TagLine): boolean {
    this.enter(line.turn);
    if (line.clause <= this.clause && this.waiting.length === 0) return false;
    this.waiting.push(line);
    return true;
  }

  /** A clause began to sound: what waited for it, in order. */
  began(turn: string, clause: number): TagLine[] {
    this.enter(turn);
    this.clause = Math.max(this.clause, clause);
    const first = this.waiting.findIndex((line) => line.clause > this.clause);
    return this.waiting.splice(0, first < 0 ? this.waiting.length : first);
  }

  /** The turn is over: what still waits is due, as no clause comes any more. */
  over(turn: string): TagLine[] {
    return turn === this.turn ? this.waiting.splice(0) : [];
  }

  private enter(turn: string): void {
    if (turn === this.turn) return;
    this.turn = turn;
    this.waiting = [];
    this.clause = -1;
  }
}
