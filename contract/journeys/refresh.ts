/** An app wakes up with an access token that ran out: its calls succeed, after one exchange that they share. */
import assert from "node:assert/strict";
import { counted } from "./calls.ts";

const kept = JSON.parse(process.env.TOKENS!);
const { api, calls, store } = counted(kept);
const answers = await Promise.all([api.GET("/v1/me"), api.GET("/v1/me"), api.GET("/v1/appointments")]);
for (const answer of answers) assert.equal(answer.response.status, 200);
assert.equal(calls.filter((call) => call === "POST /v1/auth/refresh").length, 1);
assert.notEqual(store.load()?.refresh, kept.refresh);
assert.equal(store.load()?.session_id, kept.session_id);

assert.equal((await api.POST("/v1/auth/logout", {})).response.status, 204);
const over = await api.GET("/v1/me");
assert.equal(over.error?.code, "session_revoked");
console.log("refreshed once");
