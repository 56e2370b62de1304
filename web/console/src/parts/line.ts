// The one connection of a browser to the live process: server-sent events, resumed by position, with a growing pause between attempts,
// and reading the feed now and then while it cannot be had. Knows nothing of tabs or screens; `hear` gets what it says.
import type { OrderEvent } from "./live";

export type Said =
  | { kind: "line"; state: "live" | "catching" | "offline"; slow: boolean }
  | { kind: "orders"; items: OrderEvent[] }
  | { kind: "inbox" }
  | { kind: "presence"; place: string; people: { id: string; name: string; doing: string }[] }
  | { kind: "ready"; connection: string };
interface Source {
  addEventListener: (type: string, heard: (event: MessageEvent<string>) => void) => void;
  close: () => void;
}
export interface World {
  open: (url: string) => Source;
  feed: (after: string) => Promise<{ position: string; items: OrderEvent[] }>;
  hear: (said: Said) => void;
  random: () => number;
}

export const POLL = 12_000;
const SILENT = 40_000; // the server says something every 15 s
/** The pause before the attempt number `failures` + 1, in ms: 1 s doubling to 60 s, never for all browsers at once. */
export const pause = (failures: number, random: number): number => Math.min(1000 * 2 ** Math.max(failures - 1, 0), 60_000) * (0.5 + random / 2);

export class Line {
  private position = "";
  private failures = 0;
  private source: Source | undefined;
  private next: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private wanted = false;

  /** `address`: where live updates are; empty: nowhere, the feed is read instead. */
  constructor(
    private readonly address: string,
    private readonly world: World,
  ) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    // where the present is, before anything else is read: what happens from now on is heard
    const begin = this.position ? Promise.resolve() : this.world.feed("").then((f) => { this.position = f.position; }, () => undefined);
    void begin.then(() => (this.wanted ? this.connect() : undefined));
  }
  stop(): void {
    this.wanted = false;
    this.shut();
    clearTimeout(this.next);
    clearInterval(this.poll);
    this.poll = undefined;
  }
  /** The network is gone, or the line was found dead. */
  lost(): void {
    if (!this.wanted) return;
    this.shut();
    this.failed();
  }
  /** The network is back: no need to wait. */
  now(): void {
    if (!this.wanted || this.source) return;
    clearTimeout(this.next);
    this.connect();
  }

  private shut(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.watch);
  }
  private connect(): void {
    if (!this.address) return this.fall();
    const source = this.world.open(`${this.address}?after=${encodeURIComponent(this.position)}`);
    this.source = source;
    const on = (type: string, heard: (data: never) => void) =>
      source.addEventListener(type, (event) => {
        if (this.source !== source) return;
        if (event.lastEventId) this.position = event.lastEventId;
        this.alive();
        heard(JSON.parse(event.data) as never);
      });
    on("ready", (data: { connection: string }) => {
      const missed = this.failures > 0 && !this.position;
      this.failures = 0;
      clearInterval(this.poll);
      this.poll = undefined;
      this.world.hear({ kind: "line", state: "live", slow: false });
      this.world.hear({ kind: "ready", connection: data.connection });
      if (missed) this.world.hear({ kind: "orders", items: [] });
    });
    on("orders", (items: OrderEvent[]) => this.world.hear({ kind: "orders", items }));
    on("catch-up", () => this.world.hear({ kind: "orders", items: [] }));
    on("inbox", () => this.world.hear({ kind: "inbox" }));
    on("presence", (data: { place: string; people: [] }) => this.world.hear({ kind: "presence", ...data }));
    on("beat", () => undefined);
    on("logged-out", () => this.lost());
    source.addEventListener("error", () => this.source === source && this.lost());
    this.alive();
  }
  private alive(): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.lost(), SILENT);
  }
  private failed(): void {
    this.failures += 1;
    this.world.hear({ kind: "line", state: this.failures > 1 ? "offline" : "catching", slow: false });
    clearTimeout(this.next);
    this.next = setTimeout(() => this.connect(), pause(this.failures, this.world.random()));
    if (this.failures > 1) this.fall();
  }
  /** Read the feed now and then. */
  private fall(): void {
    if (this.poll) return;
    const read = () =>
      this.world.feed(this.position).then(
        (f) => {
          if (this.source && this.failures === 0) return;
          this.position = f.position;
          this.world.hear({ kind: "line", state: "catching", slow: true });
          if (f.items.length) this.world.hear({ kind: "orders", items: f.items });
          this.world.hear({ kind: "inbox" });
        },
        () => this.world.hear({ kind: "line", state: "offline", slow: false }),
      );
    this.poll = setInterval(() => void read(), POLL);
    void read();
  }
}
