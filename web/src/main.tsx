import "@fontsource-variable/nunito/wght.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { Bmo } from "./bmo";
import { HIGHEST, LOWEST, wakeThreshold } from "./hands/wake-book";
import { followUp, place, type Place, room, theme, type Theme } from "./model/store";
import "./style/tokens.css";
import "./style/base.css";
import "./style/face.css";
import "./style/controls.css";
import "./style/places.css";
import "./style/documents.css";
import "./style/table.css";
import { App } from "./ui/app";

const PLACES: readonly string[] = ["home", "talk", "timers", "table", "more"] satisfies Place[];

function followAddress(): void {
  const asked = location.hash.slice(1);
  place.value = PLACES.includes(asked) ? (asked as Place) : "home";
}

function followTheme(): void {
  const kept = localStorage.getItem("theme");
  if (kept === "day" || kept === "night") theme.value = kept satisfies Theme;
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    localStorage.setItem("theme", theme.value);
  });
}

/** Where this page stands is the browser's to know: another one with the same session stands elsewhere. */
function followStanding(): void {
  room.value = localStorage.getItem("room") ?? "";
  const kept = localStorage.getItem("follow-up");
  if (kept === "never" || kept === "question" || kept === "always") followUp.value = kept;
  effect(() => localStorage.setItem("room", room.value));
  effect(() => localStorage.setItem("follow-up", followUp.value));
}

/** So is how shy it is about BMO's name: one microphone hangs by the stove, another by the bed. */
function followWake(): void {
  const kept = Number.parseFloat(localStorage.getItem("wake-threshold") ?? "");
  if (kept >= LOWEST && kept <= HIGHEST) wakeThreshold.value = kept;
  effect(() => localStorage.setItem("wake-threshold", wakeThreshold.value?.toFixed(2) ?? ""));
}

followTheme();
followStanding();
followWake();
followAddress();
window.addEventListener("hashchange", followAddress);
effect(() => {
  // A place reached without a link still gets an address, so that "back" works.
  if (location.hash.slice(1) !== place.value && !(place.value === "home" && location.hash === "")) location.hash = place.value;
});

const bmo = new Bmo();
render(<App bmo={bmo} />, document.body);
void bmo.start();
