import { useBaseUrl } from "#api/session";
import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";
import { curlSnippet } from "#lib/call-snippets";
import type { RequestRows } from "./use-request-rows";
import type { RequestsState } from "./use-requests-state";

/** Why there are none, and the next step: other filters, or the first request. */
export function NoRequests({ state, list }: { readonly state: RequestsState; readonly list: RequestRows }) {
  const { filters, setFilters, setRange, range } = state;
  const url = useBaseUrl();
  if (list.partial) return <Further list={list} />;
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
      snippet={<CodeBlock label="A first request" snippets={[curlSnippet({ url, key: "hg-…", model: "demo/echo" })]} />}
    >
      A request appears here when it ends. Send one with a virtual key in place of hg-…:
    </EmptyState>
  );
}

/** The search ended before it was done. */
function Further({ list }: { readonly list: RequestRows }) {
  const { source } = list;
  return (
    <EmptyState
      title="Nothing found so far"
      action={
        <Button kind="primary" busy={source.isFetchingNextPage} onClick={() => void source.fetchNextPage()}>
          Search further back
        </Button>
      }
    >
      A search looks for a while and then asks before it goes on.
    </EmptyState>
  );
}
