import { sessionOver } from "../api/cache";
import { address, client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { isFinal } from "./closing";

/** How the connection to a shell is doing. */
export type State =
  | { kind: "connecting" | "live" | "offline" }
  | { kind: "lost"; seconds: number }
  | { kind: "ended"; code: number }
  | { kind: "gone" }
  | { kind: "refused"; why: string };

export interface Size {
  columns: number;
  rows: number;
}

interface Ends {
  task: number;
  shell: string;
  /** The shell ends with its connection, so that it is never joined again. */
  passing: boolean;
  size: () => Size;
  /** Draws what the shell printed, and calls back when it has. */
  print: (bytes: Uint8Array, drawn: () => void) => void;
  /** Called before a shell prints again what it printed lately. */
  restart: () => void;
  state: (state: State) => void;
}

const firstPause = 1000;
const longestPause = 15_000;
const silence = 45_000; // the server says something more often
const chunk = 16 << 10; // of what is typed at once, in bytes
const tellSeen = 64 << 10; // the server is told after so many bytes

/** A connection to a shell that is made again as long as it is not closed. */
export class Wire {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private quiet: ReturnType<typeof setTimeout> | undefined;
  private pause = firstPause;
  private round = 0; // of all tries, the one that counts
  private stopped = false;
  private begun = false; // this connection has a shell
  private typed = false; // something, into that

  constructor(private readonly ends: Ends) {
    addEventListener("offline", this.offline);
    addEventListener("online", this.online);
    void this.connect();
  }

  /** Lets go of the shell, which goes on. */
  close(): void {
    this.drop();
    removeEventListener("offline", this.offline);
    removeEventListener("online", this.online);
  }

  /** Tries at once. */
  now = (): void => {
    if (this.stopped) this.ends.restart();
    this.stopped = false;
    this.pause = firstPause;
    if (this.socket?.readyState !== WebSocket.OPEN) void this.connect();
  };

  /** Reports whether somebody would lose something if the connection ended now. */
  get precious(): boolean {
    return this.ends.passing && this.begun && this.typed;
  }

  type(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.typed = true;
    for (let i = 0; i < bytes.length; i += chunk) this.socket.send(bytes.subarray(i, i + chunk));
  }

  resize(size: Size): void {
    this.tell(size);
  }

  /** Ends the shell. */
  end(): void {
    this.tell({ end: true });
  }

  private tell(document: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(document));
  }

  private online = (): void => {
    if (!this.stopped) this.now();
  };

  private offline = (): void => {
    if (this.stopped || (this.ends.passing && this.begun)) return; // which may outlast it
    this.drop();
    this.ends.state({ kind: "offline" });
  };

  private drop(): void {
    this.round++;
    clearTimeout(this.timer);
    clearTimeout(this.quiet);
    this.socket?.close();
    this.socket = undefined;
    this.begun = false;
    this.typed = false;
  }

  private async connect(): Promise<void> {
    this.drop();
    const round = this.round;
    this.ends.state({ kind: "connecting" });
    try {
      const path = { id: String(this.ends.task) };
      const { ticket } = await want(client.POST("/task/{id}/terminal", { params: { path } }));
      if (round === this.round) this.open(ticket, round);
    } catch (err) {
      if (round === this.round) this.failed(err);
    }
  }

  private failed(err: unknown): void {
    const status = err instanceof Problem ? err.status : 0;
    if (status === 401) sessionOver();
    if (status === 0 || status === 429 || status >= 500) this.lost();
    else this.final({ kind: "refused", why: words(err) });
  }

  private open(ticket: string, round: number): void {
    const url = address(`/task/${this.ends.task}/terminal`).replace(/^http/, "ws");
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    let code: number | undefined;
    let seen = 0;
    let told = 0;
    const drawn = (n: number) => {
      seen += n;
      if (seen - told < tellSeen || round !== this.round) return;
      told = seen;
      this.tell({ seen });
    };
    socket.onopen = () => {
      this.tell({ ticket, shell: this.ends.shell, ...this.ends.size() });
    };
    socket.onmessage = ({ data }) => {
      if (round !== this.round) return;
      clearTimeout(this.quiet);
      this.quiet = setTimeout(() => this.lost(), silence);
      if (typeof data !== "string") {
        const bytes = new Uint8Array(data as ArrayBuffer);
        this.ends.print(bytes, () => drawn(bytes.length));
        return;
      }
      const { open, exit } = JSON.parse(data) as { open?: boolean; exit?: number };
      if (open) {
        this.pause = firstPause;
        this.begun = true;
        this.ends.state({ kind: "live" });
        this.tell(this.ends.size()); // it may have changed since
      }
      code = exit ?? code;
    };
    socket.onclose = (e) => {
      if (round !== this.round) return;
      if (code !== undefined) this.final({ kind: "ended", code });
      else if (isFinal(e.code)) this.final({ kind: "refused", why: e.reason || String(e.code) });
      else this.lost();
    };
  }

  private final(state: State): void {
    this.drop();
    this.stopped = true;
    this.ends.state(state);
  }

  private lost(): void {
    if (this.ends.passing && this.begun) {
      this.final({ kind: "gone" });
      return;
    }
    this.drop();
    this.ends.state({ kind: "lost", seconds: Math.round(this.pause / 1000) });
    this.timer = setTimeout(() => void this.connect(), this.pause);
    this.pause = Math.min(this.pause * 2, longestPause);
  }
}
