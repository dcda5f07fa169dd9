import type { Job, JobReport } from "./protocol.ts";
import { Seat, type StartWorker, startWorker } from "./seat.ts";

/** A few threads that run jobs, started when first needed and replaced when unfit. */
export interface Pool {
  /** Never rejects: what goes wrong is in the report. */
  submit(job: Job): Promise<JobReport>;
  /** Ends every thread. Jobs under way or waiting report `crashed`. */
  close(): Promise<void>;
}

/** A pool of at most `workers` threads. Jobs wait in the order they came. An idle pool does not keep the process alive. */
export function createPool(options: { workers: number; memoryBytes: number; start?: StartWorker }): Pool {
  const start = options.start ?? startWorker;
  const idle = Array.from({ length: options.workers }, () => new Seat(options.memoryBytes, start));
  const seats = [...idle];
  const waiting: { job: Job; done: (report: JobReport) => void }[] = [];
  let closed = false;

  const next = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      // The seat used last is taken first: its thread is already up.
      const seat = idle.pop() as Seat;
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
