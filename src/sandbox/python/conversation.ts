import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { Child } from "./launch.ts";
import { ChildMessage, LONGEST_LINE, type PythonJob } from "./protocol.ts";

// How a shell or bubblewrap tells of SIGABRT.
const ABORTED = 134;

/** A child and the lines it writes. What it writes is not trusted: anything but a message of ours ends it. */
export class Conversation {
  readonly #child: Child;
  readonly #inbox: ChildMessage[] = [];
  readonly #ended: Promise<"ended">;
  #rest = "";
  #aborted = false;
  #wake: (() => void) | undefined;

  constructor(child: Child) {
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once("error", () => resolve("ended"));
      child.once("exit", (code, signal) => {
        this.#aborted = signal === "SIGABRT" || code === ABORTED;
        resolve("ended");
      });
    });
    // A child that is gone says so by its end, not by a broken pipe.
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
  }

  send(job: PythonJob): void {
    this.#child.stdin.write(`${JSON.stringify(job)}\n`);
  }

  /** The next message, or "late" after `ms`, or "ended" if the child is gone. One caller at a time. */
  async next(ms: number): Promise<ChildMessage | "late" | "ended"> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), ms);
    });
    const heard = new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#inbox.length > 0) resolve();
    });
    const first = await Promise.race([heard, late, this.#ended]);
    clearTimeout(timer);
    return this.#inbox.shift() ?? first ?? "ended";
  }

  /** Whether the child keeps this process alive. */
  hold(held: boolean): void {
    for (const each of [this.#child, this.#child.stdin as Socket, this.#child.stdout as Socket]) {
      if (held) each.ref();
      else each.unref();
    }
  }

  /** Whether it ended as Node does when its own heap is full. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** What the child and the processes under it occupy, in bytes; 0 where the machine does not tell. */
  residentBytes(): number {
    return this.#child.pid === undefined ? 0 : residentBytes(this.#child.pid);
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    // An idle child counts for nothing, but its end is waited for.
    this.#child.ref();
    this.#child.kill("SIGKILL");
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    await this.#ended;
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_LINE) void this.kill();
    for (const line of lines) {
      const message = parse(line);
      if (message === undefined) return void this.kill();
      this.#inbox.push(message);
    }
    if (this.#inbox.length > 0) this.#wake?.();
  }
}

function parse(line: string): ChildMessage | undefined {
  try {
    return ChildMessage.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function residentBytes(pid: number): number {
  try {
    const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .split(" ")
      .filter((each) => each !== "");
    return Number(kibibytes) * 1024 + children.reduce((sum, child) => sum + residentBytes(Number(child)), 0);
  } catch {
    return 0;
  }
}
