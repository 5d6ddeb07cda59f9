/** What BMO remembers about whoever is signed in: facts, proposals, summaries, saved conversations. */
import { signal } from "@preact/signals";
import type { Rest } from "../net/rest";
import type { MemoryBook } from "../protocol/messages";

export const memory = signal<MemoryBook | null>(null);

/** All of it throws Trouble with the sentence to show. */
export class MemoryShelf {
  constructor(private readonly rest: Rest) {}

  async refresh(): Promise<void> {
    memory.value = await this.rest.memory();
  }

  async remember(text: string): Promise<void> {
    await this.rest.rememberFact(text);
    await this.refresh();
  }

  async change(id: number, text: string): Promise<void> {
    await this.rest.changeFact(id, text);
    await this.refresh();
  }

  async accept(id: number): Promise<void> {
    await this.rest.acceptFact(id);
    await this.refresh();
  }

  async forget(what: "facts" | "summaries" | "conversations", id: number): Promise<void> {
    memory.value = await this.rest.forgetMemory(what, id);
  }

  /** Everything about me; the answer is a sentence that says what is gone. */
  async forgetMe(): Promise<string> {
    const gone = await this.rest.forgetMe();
    await this.refresh();
    return gone.sentence;
  }
}
