import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";
import type { RequestsState } from "./use-requests-state";

/** Why there are none, and the next step: other filters, or the first request. */
export function NoRequests({ state }: { readonly state: RequestsState }) {
  const { filters, setFilters, setRange, range } = state;
  if (filters.length > 0) {
    return (
      <EmptyState
        title="No request is like that"
        action={
          <>
            <Button onClick={() => setFilters([])}>Clear the filters</Button>
            {range.text !== "30d" && <Button onClick={() => setRange("30d")}>Look in the last 30 days</Button>}
          </>
        }
      >
        Within this range no request fits all of the filters.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No requests in this range"
      action={range.text !== "30d" && <Button onClick={() => setRange("30d")}>Look in the last 30 days</Button>}
      snippet={<CodeBlock label="A first request" snippets={[{ name: "curl", code: firstRequest() }]} />}
    >
      A request appears here when it ends. Send one with a virtual key in place of hg-…:
    </EmptyState>
  );
}

function firstRequest(): string {
  return `curl ${location.origin}/v1/chat/completions \\
  -H "Authorization: Bearer hg-…" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "demo/echo", "messages": [{"role": "user", "content": "Hello"}]}'`;
}
