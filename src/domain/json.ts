import { z } from "zod";

/** Any value that JSON can carry. */
export const JsonSchema = z.json();
export type Json = z.infer<typeof JsonSchema>;
