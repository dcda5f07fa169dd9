/** Exit codes of every command. `eval` ends with 0 whatever the verdict; 1 and 4 belong to the gate. */
export const ExitCode = {
  done: 0,
  rejected: 1,
  usage: 2,
  incomplete: 3,
  inconclusive: 4,
  interrupted: 130,
  /** A fault of the program itself: never to be read as a verdict. */
  crashed: 70,
} as const;

interface Complaint {
  /** What is wrong, as a sentence. */
  readonly what: string;
  /** Where: `file:line`, a flag, or a variable. */
  readonly where?: string;
  /** What the reader can do about it, as a sentence. */
  readonly remedy: string;
}

/** An error that the user can mend: bad usage, configuration or data. Printed without a stack, exit code 2. */
export class UserError extends Error {
  readonly complaint: Complaint;
  readonly exitCode: number;

  constructor(complaint: Complaint, exitCode: number = ExitCode.usage) {
    const where = complaint.where === undefined ? "" : `${complaint.where}: `;
    super(`${where}${complaint.what} ${complaint.remedy}`);
    this.name = "UserError";
    this.complaint = complaint;
    this.exitCode = exitCode;
  }
}

/** The text of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
