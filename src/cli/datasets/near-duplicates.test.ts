import { expect, it } from "vitest";
import { NearDuplicates } from "./near-duplicates.ts";

const TEXT =
  "The ferry to the outer islands leaves at ten past seven on weekdays, and the crew asks passengers with bicycles to wait at the second gate until all cars are aboard.";

it("finds a text that was reworded here and there, and names the earlier one", () => {
  const seen = new NearDuplicates();
  expect(seen.add("a", TEXT)).toBeUndefined();
  expect(seen.add("b", "Something else altogether, about a lighthouse and its keeper's cat.")).toBeUndefined();
  expect(seen.add("c", TEXT.replace("ten past seven", "half past seven"))).toBe("a");
});

it("lets texts on one theme be", () => {
  const seen = new NearDuplicates();
  seen.add("a", TEXT);
  expect(
    seen.add("b", "On weekdays a ferry goes to the islands; bicycles wait while cars are taken aboard first."),
  ).toBeUndefined();
});

it("copes with short and empty texts", () => {
  const seen = new NearDuplicates();
  expect(seen.add("a", "")).toBeUndefined();
  expect(seen.add("b", "One two")).toBeUndefined();
  expect(seen.add("c", "one TWO!")).toBe("b");
});
