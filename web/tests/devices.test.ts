import { expect, test } from "vitest";
import { ago } from "../src/model/words";

test.each([
  [0, "a moment ago"],
  [60, "1 minute ago"],
  [600, "10 minutes ago"],
  [3 * 3600, "3 hours ago"],
  [50 * 3600, "2 days ago"],
])("%i seconds are %s", (seconds, words) => {
  const now = Date.parse("2026-11-22T12:00:00Z");

  expect(ago(new Date(now - seconds * 1000).toISOString(), now)).toBe(words);
});
