import { z } from "zod";
import type { FailureReason } from "../domain/trial.ts";
import { waitMs } from "./rate-headers.ts";

/** What an error in a body says. */
interface Fault {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** A filter of the service, not the model, turned the input away. */
  readonly flagged: boolean;
  readonly waitMs: number | undefined;
  readonly requestId: string | null | undefined;
}

const Text = z.string().nullish().catch(undefined);
const FaultBody = z.object({
  message: Text,
  type: Text,
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  details: z
    .union([z.object({ error_code: Text }), z.array(z.object({ retryDelay: Text }))])
    .nullish()
    .catch(undefined),
  metadata: z
    .object({ raw: Text, reasons: z.unknown().optional(), flagged_input: z.unknown().optional() })
    .nullish()
    .catch(undefined),
});
const Outer = z.object({ error: z.unknown().optional(), request_id: Text });

/** Reads `{error: {...}}`, `{error: "text"}`, the bare error, a mere text, and Gemini's list of one. */
export function readFault(body: unknown): Fault {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const outer = Outer.safeParse(first).data;
  const inner = outer?.error ?? first;
  const { data } = FaultBody.safeParse(typeof inner === "string" ? { message: inner } : inner);
  const number = Number(data?.code ?? Number.NaN);
  const { raw, reasons, flagged_input } = data?.metadata ?? {};
  const { details } = data ?? {};
  // Gemini says how long to wait in the body alone.
  const delay = Array.isArray(details) ? details.find(({ retryDelay }) => retryDelay)?.retryDelay : undefined;
  const detailCode = Array.isArray(details) ? undefined : details?.error_code;
  return {
    status: number >= 400 && number < 600 ? number : undefined,
    type: data?.type ?? undefined,
    code: typeof data?.code === "string" ? data.code : (detailCode ?? undefined),
    // OpenRouter's own message says only that the upstream failed; `raw` says how.
    message: data?.message ? data.message + (raw ? ` (${raw})` : "") : undefined,
    flagged: reasons !== undefined || flagged_input !== undefined,
    waitMs: delay ? waitMs(delay, () => 0) || undefined : undefined,
    requestId: outer?.request_id,
  };
}

/** An empty account or a wrong key, under whatever status: OpenAI says 429, Anthropic 400 or 429, Gemini 400. */
const OUR_ACCOUNT =
  /insufficient_quota|exceeded_current_quota|billing_hard_limit|spend_limit_reached|credit balance is too low|api key not valid/i;
const FILTERED = /^(?:content_filter|content_policy_violation)$/;

/** What a status and the error with it mean: whose failure it is, and whether another try may end otherwise. */
export function judgeFault(
  status: number | undefined,
  fault: Fault,
): { readonly reason: FailureReason; readonly retryable: boolean } {
  if (OUR_ACCOUNT.test([fault.code, fault.type, fault.message].join(" "))) return { reason: "auth", retryable: false };
  if (fault.flagged || [fault.code, fault.type].some((word) => FILTERED.test(word ?? ""))) {
    return { reason: "refused", retryable: false };
  }
  if (status === undefined) return { reason: "bad-response", retryable: true };
  if (status === 401 || status === 402 || status === 403) return { reason: "auth", retryable: false };
  if (status === 408 || status === 504 || status === 524) return { reason: "timeout", retryable: true };
  if (status === 429) return { reason: "rate-limited", retryable: true };
  if (status === 409 || status >= 500) return { reason: "server-error", retryable: true };
  return { reason: "invalid-request", retryable: false };
}
