import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

/** What happens in each of so many turns of the event loop. */
async function watch(turns: number, log: string[]): Promise<string[]> {
  const seen: string[] = [];
  for (let index = 0; index < turns; index++) {
    await turn();
    seen.push(log.splice(0).join(" "));
  }
  return seen;
}

describe("Turns", () => {
  it("hands on what came together one by one, a turn between two, in order", async () => {
    const turns = new Turns();
    const log: string[] = [];
    for (const name of ["a", "b", "c"]) turns.take(() => log.push(name));
    expect(await watch(8, log)).toEqual(["", "a", "", "b", "", "c", "", ""]);
  });

  it("lets what an answer begins go on before the next one is handed on", async () => {
    const turns = new Turns();
    const log: string[] = [];
    for (const name of ["a", "b"]) {
      turns.take(() => {
        log.push(name);
        setImmediate(() => log.push(`after ${name}`));
      });
    }
    const seen = (await watch(8, log)).join(" ").trim().split(/ +/).join(" ");
    expect(seen).toBe("a after a b after b");
  });

  it("keeps each for two turns, also one that comes while others wait", async () => {
    const turns = new Turns();
    const log: string[] = [];
    turns.take(() => log.push("a"));
    await turn();
    turns.take(() => log.push("b"));
    expect(await watch(5, log)).toEqual(["a", "", "b", "", ""]);
    turns.take(() => log.push("c"));
    expect(await watch(3, log)).toEqual(["", "c", ""]);
  });
});
