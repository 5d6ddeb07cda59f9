/** The documents of the household: what there is, what they say, one more, one fewer. */
import { signal } from "@preact/signals";
import type { Rest } from "../net/rest";
import type { DocumentEntry, DocumentHits, DocumentList } from "../protocol/messages";

export const documents = signal<DocumentList | null>(null);

export type Domain = DocumentEntry["domain"];

/** A file that somebody wants to put there. */
export interface Sent {
  readonly file: File;
  readonly domain: Domain;
  /** Into one's own folder, which nobody else sees. */
  readonly mine: boolean;
  /** In place of one of this name. */
  readonly replace: boolean;
}

export class DocumentBook {
  constructor(private readonly rest: Rest) {}

  /** @throws Trouble with the sentence to show; so do all the others. */
  refresh(): Promise<void> {
    return this.told(this.rest.documents());
  }

  send(sent: Sent): Promise<void> {
    return this.told(this.rest.sendDocument(sent.domain, sent.file, sent.mine, sent.replace));
  }

  delete(document: DocumentEntry): Promise<void> {
    return this.told(this.rest.deleteDocument(document.domain, document.path));
  }

  search(words: string): Promise<DocumentHits> {
    return this.rest.searchDocuments(words);
  }

  private async told(call: Promise<DocumentList>): Promise<void> {
    documents.value = await call;
  }
}
