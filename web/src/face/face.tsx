/** BMO's face on the page: one drawing that never goes away, only moves and changes size. */
import { useEffect, useRef } from "preact/hooks";
import type { FaceState } from "../model/conversation";
import { FACE_SAYS } from "../model/words";
import { Blend } from "./blend";
import { type Drawing, drawing } from "./drawing";
import { Blinker, Follower } from "./life";
import { type Pose, POSES, type PoseName } from "./poses";

interface Props {
  readonly state: FaceState;
  readonly pose: PoseName;
  /** The light round the face, such as "blue breathing"; "" or "off" for none. */
  readonly glow: string;
  /** Inside the screen, under the mouth: "I'm listening". */
  readonly caption: string;
  /** Loudness of BMO's voice and of the microphone, 0 to 1, read once per picture. */
  readonly voice: () => number;
  readonly hearing: () => number;
  readonly onTouch: () => void;
}

/** How far the eyes follow a finger, drawing units, and for how long (ms). */
const FOLLOW = 16;
const FOLLOW_FOR = 2_500;

export function Face(props: Props) {
  const root = useRef<HTMLButtonElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const body = root.current;
    return body === null ? undefined : animate(body, () => latest.current);
  }, []);

  return (
    <button
      ref={root}
      type="button"
      class="bmo"
      data-testid="face"
      data-state={props.state}
      data-pose={props.pose}
      aria-label={FACE_SAYS[props.state]}
      onClick={props.onTouch}
    >
      <Glow glow={props.glow} />
      <span class="bmo-feeler" aria-hidden="true" />
      <span class="bmo-ear bmo-ear-left" aria-hidden="true" />
      <span class="bmo-ear bmo-ear-right" aria-hidden="true" />
      <span class="bmo-shell">
        <span class="bmo-screen">
          <Features />
          <span class="bmo-caption" aria-hidden="true">
            {props.caption}
          </span>
        </span>
      </span>
    </button>
  );
}

function Glow({ glow }: { readonly glow: string }) {
  if (glow === "" || glow === "off") return null;
  const [colour, pattern = colour === "rainbow" ? "rainbow" : "static"] = glow.split(" ");
  return <span class="bmo-glow" data-testid="glow" data-colour={colour} data-pattern={pattern} aria-hidden="true" />;
}

function Features() {
  return (
    <svg class="bmo-features" viewBox="36 22 328 192" aria-hidden="true" focusable="false">
      <defs>
        <clipPath id="mouth-inside">
          <path data-part="mouth" data-attr="d" />
        </clipPath>
      </defs>
      <g class="f-cheeks" data-part="cheeks" data-attr="opacity">
        <ellipse cx="72" cy="146" rx="24" ry="15" />
        <ellipse cx="328" cy="146" rx="24" ry="15" />
      </g>
      <g class="f-band" data-part="band" data-attr="opacity">
        <path class="f-band-tail" d="M346 50q16 4 22 22l-13-3q-5-11-13-14z" />
        <path class="f-band-tail" d="M344 56q6 10 2 28l-10-7q1-11-3-18z" />
        <path d="M22 36q178-26 356 0v21q-178-26-356 0z" />
        <circle cx="343" cy="48" r="9" />
      </g>
      <g data-part="brow" data-attr="opacity">
        <path class="f-brow" data-part="browL" data-attr="d" />
        <path class="f-brow" data-part="browR" data-attr="d" />
      </g>
      <path class="f-eye" data-part="eyeL" data-attr="d" />
      <path class="f-eye" data-part="eyeR" data-attr="d" />
      <g data-part="warm" data-attr="opacity">
        <path class="f-heart" data-part="eyeL" data-attr="d" />
        <path class="f-heart" data-part="eyeR" data-attr="d" />
      </g>
      <g class="f-gleam" data-part="gleamL" data-attr="transform">
        <Gleam />
      </g>
      <g class="f-gleam" data-part="gleamR" data-attr="transform">
        <Gleam />
      </g>
      <path class="f-mouth" data-part="mouth" data-attr="d" />
      <g clip-path="url(#mouth-inside)">
        <ellipse class="f-tongue" rx="30" ry="17" data-part="tongue" data-attr="transform" />
      </g>
      <g class="f-dots" data-part="dots" data-attr="opacity">
        <circle cx="316" cy="58" r="5" />
        <circle cx="331" cy="46" r="7" />
        <circle cx="350" cy="32" r="10" />
      </g>
      <g class="f-zzz" data-part="zzz" data-attr="opacity">
        <path d="M304 66h16l-16 18h16" />
        <path d="M330 34h24l-24 26h24" />
      </g>
    </svg>
  );
}

function Gleam() {
  return (
    <>
      <circle r="7.5" />
      <circle cx="-14" cy="22" r="3.5" />
    </>
  );
}

/** Moves the drawing until the returned function is called. Only what changed is written. */
function animate(body: HTMLElement, props: () => Props): () => void {
  const parts = [...body.querySelectorAll<SVGElement>("[data-part]")];
  const written: Partial<Record<keyof Drawing, string>> = {};
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const finger = watchFinger(body);
  const blinker = new Blinker(Math.random, performance.now());
  const gazeX = new Follower(0.18);
  const gazeY = new Follower(0.18);
  const voice = new Follower(0.5);
  const ring = new Follower(0.3);
  let blend: Blend | null = null;
  let before = performance.now();
  let level = "";

  const picture = (now: number): void => {
    const { pose, state, voice: loud, hearing } = props();
    const target: Pose = POSES[pose];
    blend ??= new Blend(target);
    if (calm.matches) blend.jump(target);
    else blend.towards(target, now);
    const elapsed = Math.min(100, now - before);
    before = now;
    const look = finger(now) ?? (state === "idle" ? { x: blinker.glanceX, y: blinker.glanceY } : { x: 0, y: 0 });
    const mouth = calm.matches ? Math.min(0.5, loud()) : voice.towards(loud(), elapsed);
    const drawn = drawing(blend.at(now), {
      closed: calm.matches ? 0 : blinker.closed(now),
      gazeX: calm.matches ? look.x : gazeX.towards(look.x, elapsed),
      gazeY: calm.matches ? look.y : gazeY.towards(look.y, elapsed),
      voice: mouth,
    });
    const heard = ring.towards(hearing(), elapsed).toFixed(2);
    if (heard !== level) body.style.setProperty("--heard", (level = heard));
    const changed = new Set((Object.keys(drawn) as (keyof Drawing)[]).filter((key) => written[key] !== drawn[key]));
    for (const part of changed.size > 0 ? parts : []) {
      const key = part.dataset["part"] as keyof Drawing;
      if (changed.has(key)) part.setAttribute(part.dataset["attr"] as string, drawn[key]);
    }
    Object.assign(written, drawn);
    frame = requestAnimationFrame(picture);
  };
  let frame = requestAnimationFrame(picture);
  return () => {
    cancelAnimationFrame(frame);
    finger.stop();
  };
}

interface Finger {
  (now: number): { x: number; y: number } | null;
  stop: () => void;
}

/** Where the last touch or pointer was, seen from the face; null when that is a while ago. */
function watchFinger(body: HTMLElement): Finger {
  let last = { x: 0, y: 0, at: Number.NEGATIVE_INFINITY };
  const moved = (event: PointerEvent): void => {
    const box = body.getBoundingClientRect();
    const x = event.clientX - (box.left + box.width / 2);
    const y = event.clientY - (box.top + box.height / 2);
    const far = Math.max(1, Math.hypot(x, y) / Math.max(60, box.width / 2));
    last = { x: (x / (box.width / 2) / far) * FOLLOW, y: (y / (box.height / 2) / far) * FOLLOW * 0.7, at: performance.now() };
    last.x = Math.max(-FOLLOW, Math.min(FOLLOW, last.x));
    last.y = Math.max(-FOLLOW * 0.7, Math.min(FOLLOW * 0.7, last.y));
  };
  window.addEventListener("pointermove", moved, { passive: true });
  window.addEventListener("pointerdown", moved, { passive: true });
  const finger = (now: number): { x: number; y: number } | null => (now - last.at < FOLLOW_FOR ? last : null);
  return Object.assign(finger, {
    stop: () => {
      window.removeEventListener("pointermove", moved);
      window.removeEventListener("pointerdown", moved);
    },
  });
}
