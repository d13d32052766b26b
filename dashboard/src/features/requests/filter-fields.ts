import type { FilterField } from "#lib/filters";

const amountHelp = "such as >0.5 or 1..2";
const timeHelp = "such as >500ms or >2s";
const yesNo = [
  { value: "true", label: "yes" },
  { value: "false", label: "no" },
];

/** Every field that requests can be filtered by; those with `facet` have their values counted. */
export const filterFields: readonly FilterField[] = [
  { id: "model", label: "Model" },
  { id: "canonical_model", label: "Canonical model" },
  { id: "asked_model", label: "Asked model" },
  { id: "provider", label: "Provider" },
  { id: "provider_key", label: "Provider key" },
  { id: "key", label: "Key" },
  { id: "team", label: "Team" },
  { id: "customer", label: "Customer" },
  { id: "tag", label: "Tag", help: "such as env:prod" },
  { id: "status", label: "Status", help: "such as 429 or 5xx" },
  { id: "outcome", label: "Outcome" },
  { id: "error_code", label: "Error code" },
  { id: "error_source", label: "Error source" },
  { id: "cost", label: "Cost", help: amountHelp },
  { id: "duration", label: "Duration", help: timeHelp },
  { id: "first_token", label: "First token", help: timeHelp },
  { id: "tokens", label: "Tokens", help: "such as >1000" },
  { id: "endpoint", label: "Endpoint" },
  { id: "dialect", label: "Dialect" },
  { id: "stream", label: "Streamed", values: yesNo },
  { id: "retried", label: "Retried", values: yesNo },
  { id: "bill_differs", label: "Bill differs from the price list", values: yesNo },
  { id: "capped", label: "Output limited by a budget", values: [{ value: "true", label: "yes" }] },
  { id: "estimated", label: "Usage estimated", values: yesNo },
  { id: "text", label: "Text", help: "in kept requests and answers" },
  { id: "bookmarked", label: "Bookmarked", values: [{ value: "true", label: "yes" }] },
  { id: "finish_reason", label: "Finish reason" },
  { id: "session_id", label: "Session" },
  { id: "trace_id", label: "Trace" },
  { id: "end_user", label: "End user" },
  { id: "request_id", label: "Request id" },
  { id: "id", label: "Id" },
  { id: "limit_id", label: "Limit" },
  { id: "price_version", label: "Price version" },
  { id: "service_tier", label: "Service tier" },
  { id: "paid_by", label: "Paid by", values: [{ value: "client", label: "the client" }] },
  { id: "sdk", label: "SDK" },
  { id: "user_agent", label: "User agent" },
];
