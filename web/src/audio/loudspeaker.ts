/** The browser's audio, made when first needed, and the rule that it may be silent until somebody touches the page. */

/** How long (ms) the browser may take to let sound out before the page asks for a touch. */
const PATIENCE = 400;

export class Loudspeaker {
  private made: AudioContext | null = null;

  /** `held` is called when sound that should be heard now cannot be. */
  constructor(private readonly held: () => void) {}

  readonly context = (): AudioContext => {
    this.made ??= new AudioContext({ latencyHint: "interactive" });
    return this.made;
  };

  /** Something should be heard now. */
  expectSound(): void {
    const context = this.context();
    if (context.state === "running") return;
    void context.resume();
    window.setTimeout(() => {
      if (context.state !== "running") this.held();
    }, PATIENCE);
  }

  /** Somebody touched the page: now the browser allows it. */
  touched(): void {
    if (this.made?.state === "suspended") void this.made.resume();
  }
}
