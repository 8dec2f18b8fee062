/** A client of the running server that counts its calls, and the account it signs in with. */
import { createEvergreen, type Tokens } from "../../build/typescript-client/dist/index.js";

export const baseUrl = process.env.BASE_URL ?? "http://127.0.0.1:8000";
export const password = "demo-only-Passw0rd";

export function counted(tokens: Tokens | null = null) {
  const calls: string[] = [];
  const store = { load: () => tokens, save: (next: Tokens | null) => void (tokens = next) };
  const api = createEvergreen({
    baseUrl,
    tokens: store,
    fetch: (request) => {
      calls.push(`${request.method} ${new URL(request.url).pathname}`);
      return fetch(request);
    },
  });
  return { api, calls, store };
}

/** The body of an answer that has one; a failure ends the journey with its code. */
export function body<T>(reply: { data?: T; error?: unknown; response: Response }): T {
  if (reply.data === undefined) throw new Error(`${reply.response.url}: ${JSON.stringify(reply.error)}`);
  return reply.data;
}
