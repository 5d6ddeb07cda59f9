/** The people of the house: who they are, and changing that. Every change answers with everybody. */
import { signal } from "@preact/signals";
import type { Rest } from "../net/rest";
import type { Invitation, People, Person } from "../protocol/messages";

export const people = signal<readonly Person[]>([]);

export type Role = Person["role"];

/** What of a person shall be otherwise; what is left out stays. */
export interface PersonChange {
  readonly name?: string;
  readonly role?: Role;
  readonly pin?: string;
}

export class PeopleBook {
  constructor(
    private readonly rest: Rest,
    /** Whoever is signed in here changed themselves. */
    private readonly changedMyself: () => Promise<void>,
  ) {}

  /** @throws Trouble with the sentence to show; so do all the others. */
  refresh(): Promise<void> {
    return this.told(this.rest.people());
  }

  add(name: string, role: Role, pin: string): Promise<void> {
    return this.told(this.rest.addPerson(name, role, pin));
  }

  change(person: Person, change: PersonChange): Promise<void> {
    return this.told(this.rest.changePerson(person.id, change), person.me);
  }

  signOut(person: Person): Promise<void> {
    return this.told(this.rest.signOutPerson(person.id), person.me);
  }

  remove(person: Person): Promise<void> {
    return this.told(this.rest.removePerson(person.id), person.me);
  }

  invite(person: Person): Promise<Invitation> {
    return this.rest.invitePerson(person.id);
  }

  private async told(call: Promise<People>, myself = false): Promise<void> {
    people.value = (await call).people;
    if (myself) await this.changedMyself();
  }
}
