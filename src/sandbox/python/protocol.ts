import { z } from "zod";
import type { Job, JobReport } from "../protocol.ts";

/** One solution in Python and the bodies of its tests. */
export type PythonJob = Omit<Job, "language">;

/** A line of this many characters or more is none that an honest child writes. */
export const LONGEST_LINE = 32_000_000;

const Test = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("returned"), json: z.string() }),
  z.strictObject({
    state: z.literal("threw"),
    name: z.string(),
    message: z.string(),
    kinds: z.array(z.string()).exactOptional(),
  }),
]);

const Report = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("ran"), tests: z.array(Test) }),
  z.strictObject({ state: z.literal("not-loaded"), message: z.string() }),
  z.strictObject({ state: z.literal("out-of-memory") }),
]);

/** What one test did, as a child tells it. */
export type PythonTestReport = z.infer<typeof Test>;
/** What a job did, as a child tells it; `timeout` and `crashed` are for the parent to say. */
export type PythonReport = z.infer<typeof Report> & JobReport;

/** A child's line: an interpreter stands ready, a test begins, or the job is done. */
export const ChildMessage = z.discriminatedUnion("kind", [
  /** `granted` names what the process may do although it should not. */
  z.strictObject({ kind: z.literal("ready"), granted: z.array(z.string()) }),
  z.strictObject({ kind: z.literal("test"), index: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal("done"), report: Report, reusable: z.boolean() }),
]);
export type ChildMessage = z.infer<typeof ChildMessage>;
