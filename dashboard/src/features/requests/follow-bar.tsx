import { StatusDot } from "#components/badge";
import { Button, IconButton } from "#components/button";
import { useShortcut } from "#lib/shortcuts";
import type { RequestRows } from "./use-request-rows";
import type { RequestsState } from "./use-requests-state";

/** Live or not, and reading anew. */
export function FollowBar({ state, list }: { readonly state: RequestsState; readonly list: RequestRows }) {
  const { live, canFollow, set, view } = state;
  const toggle = () => set({ live: !live });
  useShortcut("l", "Follow live", canFollow ? toggle : undefined);
  if (view === "waterfall") return null;
  return (
    <>
      <Button
        onClick={toggle}
        disabled={!canFollow}
        aria-pressed={list.following}
        icon={list.following ? "pause" : "play"}
        title={canFollow ? "Follow requests as they end (l)" : "Live needs a range that ends now, newest first"}
      >
        <span className="max-sm:sr-only">Live</span>
        {list.following && <StatusDot tone={list.followed.state === "following" ? "good" : "warn"} />}
        {list.following && <span className="sr-only">{wordFor(list.followed.state)}</span>}
      </Button>
      {!list.following && <IconButton icon="refresh" label="Read anew" onClick={list.refresh} />}
    </>
  );
}

function wordFor(state: "connecting" | "following" | "broken"): string {
  return { connecting: "connecting", following: "connected", broken: "not connected: too many follow already" }[state];
}
