/** Which voice BMO speaks with: chosen by whoever runs the house, heard by everybody. */
import { useEffect, useState } from "preact/hooks";
import type { Bmo } from "../bmo";
import { ownVoice, voiceFixed } from "../hands/own-voice";
import { session } from "../model/store";
import type { VoiceChoice as Voice } from "../protocol/messages";

const KINDS: readonly (readonly [Voice["kind"], string])[] = [
  ["bmo", "Myself"],
  ["character", "Characters"],
  ["other", "Others"],
];

export function VoiceChoice({ bmo }: { readonly bmo: Bmo }) {
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => void bmo.ownVoice.refresh().then(setTrouble), []);
  const names = ownVoice.value;
  const grown = session.value?.role === "owner" || session.value?.role === "adult";
  const during = async (work: Promise<string>): Promise<void> => {
    setBusy(true);
    setTrouble(await work);
    setBusy(false);
  };
  return (
    <section class="card more-card" data-testid="voice-choice">
      <h2>How I sound</h2>
      {names !== null && (
        <>
          <label class="row">
            <h3>My voice</h3>
            <select
              class="field"
              data-testid="own-voice"
              value={names.own}
              disabled={busy || !grown || voiceFixed.value !== ""}
              onChange={(event) => void during(bmo.ownVoice.choose(event.currentTarget.value))}
            >
              {KINDS.map(([kind, title]) => (
                <Group key={kind} title={title} voices={names.voices.filter((voice) => voice.kind === kind)} />
              ))}
            </select>
          </label>
          <button
            type="button"
            class="quiet"
            data-testid="hear-voice"
            disabled={busy}
            onClick={() => void during(bmo.ownVoice.hear(names.own))}
          >
            Let me hear it
          </button>
        </>
      )}
      {voiceFixed.value !== "" && <p class="soft">{voiceFixed.value}</p>}
      <p class="wrong" role="status" data-testid="voice-trouble">
        {trouble}
      </p>
    </section>
  );
}

function Group({ title, voices }: { readonly title: string; readonly voices: readonly Voice[] }) {
  if (voices.length === 0) return null;
  return (
    <optgroup label={title}>
      {voices.map((voice) => (
        <option key={voice.name} value={voice.name}>
          {voice.title}
        </option>
      ))}
    </optgroup>
  );
}
