/** Words that are being written stay in view, until a person scrolls back to read. */
import { type RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Pixels from the end that still count as "at the end". */
const NEAR = 8;

/** For a scrolling box: keeps its end in view while `grows` changes, and always when `begins` does. */
export function useFollow(begins: unknown, grows: unknown): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    const scrolls = box.current;
    if (scrolls === null) return undefined;
    const looked = (): void => {
      follows.current = scrolls.scrollHeight - scrolls.scrollTop - scrolls.clientHeight < NEAR;
      scrolls.classList.toggle("has-above", scrolls.scrollTop > 4);
    };
    scrolls.addEventListener("scroll", looked, { passive: true });
    return () => scrolls.removeEventListener("scroll", looked);
  }, []);
  useLayoutEffect(() => {
    follows.current = true;
  }, [begins]);
  useLayoutEffect(() => {
    if (box.current !== null && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [begins, grows]);
  return box;
}
