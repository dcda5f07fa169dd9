import type { JobReport } from "./protocol.ts";

/** A place where one job runs at a time. */
export interface Seat<J> {
  /** Never rejects: what goes wrong is in the report. */
  run(job: J): Promise<JobReport>;
  close(): Promise<void>;
}

/** A few threads or processes that run jobs, started when first needed and replaced when unfit. */
export interface Pool<J> {
  /** Never rejects: what goes wrong is in the report. */
  submit(job: J): Promise<JobReport>;
  /** Ends every thread or process. Jobs under way or waiting report `crashed`. */
  close(): Promise<void>;
}

/** Jobs wait for a seat in the order they came. An idle pool does not keep the process alive. */
export function createPool<J>(seats: readonly Seat<J>[]): Pool<J> {
  const idle = [...seats];
  const waiting: { job: J; done: (report: JobReport) => void }[] = [];
  let closed = false;

  const next = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      // The seat used last is taken first: its thread is already up.
      const seat = idle.pop() as Seat<J>;
      const { job, done } = waiting.shift() as (typeof waiting)[number];
      void seat.run(job).then((report) => {
        idle.push(seat);
        done(report);
        next();
      });
    }
  };
  const closedReport: JobReport = { state: "crashed", reason: "the sandbox was closed" };

  return {
    submit: (job) =>
      closed
        ? Promise.resolve(closedReport)
        : new Promise((done) => {
            waiting.push({ job, done });
            next();
          }),
    close: async () => {
      closed = true;
      for (const { done } of waiting.splice(0)) done(closedReport);
      await Promise.all(seats.map((seat) => seat.close()));
    },
  };
}
