/** Where this page stands, and whether it listens on after BMO has answered. */
import type { Bmo } from "../bmo";
import { followUp, room } from "../model/store";
import { Card, Choice } from "./more";

const FOLLOW_UP = [
  ["", "BMO decides"],
  ["never", "Never"],
  ["question", "After a question"],
  ["always", "Always"],
] as const;

export function Standing({ bmo }: { readonly bmo: Bmo }) {
  return (
    <Card title="This room">
      <label class="row">
        <h3>Where I stand</h3>
        <input
          class="field"
          value={room.value}
          placeholder="Kitchen, hall, ..."
          maxlength={64}
          autocomplete="off"
          data-testid="room"
          onChange={(event) => bmo.stand(event.currentTarget.value, followUp.value)}
        />
        <p class="soft">Timers that are set here ring here.</p>
      </label>
      <div class="row" data-testid="follow-up">
        <h3>Listen on without my name</h3>
        <Choice label="Listen on without my name" options={FOLLOW_UP} chosen={followUp.value} onChoose={(value) => bmo.stand(room.value, value)} />
        <p class="soft">After an answer I wait a few seconds for your next words, if I may wait for my name at all.</p>
      </div>
    </Card>
  );
}
