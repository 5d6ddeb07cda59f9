/** The routines of the household: read by everybody, written by grown-ups. */
import { signal } from "@preact/signals";
import type { Rest } from "../net/rest";
import type { CheckedSteps, RoutineList, RoutineStep } from "../protocol/messages";

export const routines = signal<RoutineList | null>(null);

/** All of it throws Trouble with the sentence to show. */
export class RoutineBook {
  constructor(private readonly rest: Rest) {}

  async refresh(): Promise<void> {
    routines.value = await this.rest.call<RoutineList>("GET", "/api/routines");
  }

  /** What each sentence would do as a step, in the same order. */
  async check(steps: readonly string[]): Promise<readonly RoutineStep[]> {
    return (await this.rest.call<CheckedSteps>("POST", "/api/routines/check", { steps })).steps;
  }

  /** A new one, or another wording of the one with this id. */
  async keep(id: number, name: string, steps: readonly string[]): Promise<void> {
    if (id === 0) await this.rest.call("POST", "/api/routines", { name, steps });
    else await this.rest.call("PUT", `/api/routines/${id}`, { name, steps });
    await this.refresh();
  }

  async remove(id: number): Promise<void> {
    routines.value = await this.rest.call<RoutineList>("DELETE", `/api/routines/${id}`);
  }
}
