/** Where a dialect is spoken when no baseURL is given, whatever the environment says. */
export const VENDOR_URL = {
  anthropic: "https://api.anthropic.com",
  openai: "https://api.openai.com/v1",
} as const;
