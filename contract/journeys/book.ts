/** A patient finds a time, holds it, books it, moves it and cancels it: four calls for the booking. */
import assert from "node:assert/strict";
import { body, counted, password } from "./calls.ts";

const { api, calls } = counted();
body(await api.signIn("cleared@demo.test", password));
assert.deepEqual(calls.splice(0), ["POST /v1/auth/token"]);

const found = body(
  await api.GET("/v1/clinics", { params: { query: { near: "49.28,-122.79", service: "physio-follow-up", expand: ["services"] } } }),
);
const clinic = found.results[0]!;
const offer = clinic.services?.find((one) => one.code === "physio-follow-up");
assert(offer);

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const query = { service: offer.service_id, clinic: [clinic.id], from_date: day(14), to_date: day(28) };
const slots = body(await api.GET("/v1/slots", { params: { query } }));
const first = slots.results.find((one) => one.slots.length)!.slots[0]!;

const wanted = { service_id: offer.service_id, clinic_id: clinic.id, starts_at: first.starts_at };
const hold = body(await api.POST("/v1/holds", { body: wanted }));
assert(hold.expires_in_seconds > 0);

const header = { "Idempotency-Key": crypto.randomUUID() };
const book = () => api.POST("/v1/appointments", { params: { header }, body: { hold_id: hold.id } });
const visit = body(await book());
assert.equal(visit.status, "booked");
assert.equal(visit.starts_at, first.starts_at);
assert.deepEqual(calls.splice(0), ["GET /v1/clinics", "GET /v1/slots", "POST /v1/holds", "POST /v1/appointments"]);

const again = await book(); // as after a lost answer
assert.equal(again.response.headers.get("Idempotent-Replayed"), "true");
assert.equal(body(again).id, visit.id);

const path = { appointment_id: visit.id };
const others = body(await api.GET("/v1/slots", { params: { query: { ...query, appointment: visit.id } } }));
const later = others.results.flatMap((one) => one.slots).find((one) => one.starts_at > visit.starts_at)!;
const move = { params: { path }, body: { starts_at: later.starts_at } };
const moved = body(await api.POST("/v1/appointments/{appointment_id}/reschedule", move));
assert.deepEqual([moved.id, moved.status, moved.starts_at], [visit.id, "booked", later.starts_at]);
assert.notEqual(moved.etag, visit.etag);

const why = { reason_code: "schedule" } as const;
const cancelled = body(await api.POST("/v1/appointments/{appointment_id}/cancel", { params: { path }, body: why }));
assert.equal(cancelled.status, "cancelled");

const refused = await api.POST("/v1/appointments/{appointment_id}/cancel", { params: { path }, body: why });
assert(refused.error?.code === "invalid_transition");
assert.equal(refused.error.from_status, "cancelled"); // a member that this code alone has
console.log("booked, moved and cancelled", visit.id);
