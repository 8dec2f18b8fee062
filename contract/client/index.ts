/** A typed client of the Evergreen API that keeps its caller signed in. */
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";
export type Tokens = components["schemas"]["TokenPairReply"];

/** Where the pair of tokens is kept: memory unless told otherwise; a keychain on a phone. */
export interface TokenStore {
  load(): Tokens | null;
  save(tokens: Tokens | null): void;
}

export interface Options {
  baseUrl: string;
  tokens?: TokenStore;
  fetch?: (request: Request) => Promise<Response>;
}

/** Every operation by path and method. Signed in by `signIn`; a token that ran out is exchanged once, unseen. */
export function createEvergreen(options: Options): Client<paths> & { signIn: SignIn } {
  const send = options.fetch ?? fetch;
  const store = options.tokens ?? inMemory();
  const bare = createClient<paths>({ baseUrl: options.baseUrl, fetch: send });
  let renewal: Promise<Tokens | null> | null = null;

  async function renew(refresh: string): Promise<Tokens | null> {
    const { data, response } = await bare.POST("/v1/auth/refresh", { body: { refresh } });
    if (data || response.status === 401) store.save(data ?? null); // any other answer says nothing of the session
    return data ?? null;
  }

  async function sendSignedIn(request: Request): Promise<Response> {
    const tokens = store.load();
    if (!tokens) return send(request);
    const answer = await send(signed(request.clone(), tokens));
    if (answer.status !== 401 || (await answer.clone().json()).code !== "token_expired") return answer;
    // Calls in parallel share one exchange, also those whose answer comes when it is over.
    if (store.load()?.access === tokens.access)
      renewal ??= renew(tokens.refresh).finally(() => (renewal = null));
    const renewed = renewal ? await renewal : store.load();
    return renewed ? send(signed(request, renewed)) : answer;
  }

  const signIn: SignIn = async (email, password, device_name = "") => {
    const reply = await bare.POST("/v1/auth/token", { body: { email, password, device_name } });
    if (reply.data) store.save(reply.data);
    return reply;
  };
  return Object.assign(createClient<paths>({ baseUrl: options.baseUrl, fetch: sendSignedIn }), { signIn });
}

export type SignIn = (
  email: string,
  password: string,
  device_name?: string,
) => Promise<{ data?: Tokens; error?: components["schemas"]["MfaProblem" | "Problem"]; response: Response }>;

function signed(request: Request, tokens: Tokens): Request {
  request.headers.set("Authorization", `Bearer ${tokens.access}`);
  return request;
}

function inMemory(): TokenStore {
  let kept: Tokens | null = null;
  return { load: () => kept, save: (tokens) => (kept = tokens) };
}
