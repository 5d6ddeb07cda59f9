import "@fontsource-variable/nunito/wght.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { Bmo } from "./bmo";
import { place, type Place, theme, type Theme } from "./model/store";
import "./style/tokens.css";
import "./style/base.css";
import "./style/face.css";
import "./style/controls.css";
import "./style/places.css";
import { App } from "./ui/app";

const PLACES: readonly string[] = ["home", "talk", "timers", "more"] satisfies Place[];

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

followTheme();
followAddress();
window.addEventListener("hashchange", followAddress);
effect(() => {
  // A place reached without a link still gets an address, so that "back" works.
  if (location.hash.slice(1) !== place.value && !(place.value === "home" && location.hash === "")) location.hash = place.value;
});

const bmo = new Bmo();
render(<App bmo={bmo} />, document.body);
void bmo.start();
