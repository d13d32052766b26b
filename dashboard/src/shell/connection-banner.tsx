import { type QueryCacheNotifyEvent, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiProblem } from "#api/problem";
import { Icon } from "#components/icon";

const everyMs = 2000;

/** Says that the control process does not answer, for as long as it does not, and reads everything anew when it does again. */
export function ConnectionBanner() {
  const client = useQueryClient();
  const [isLost, setLost] = useState(false);
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (isFailure(event)) setLost(true);
      }),
    [client],
  );
  useEffect(() => {
    if (!isLost) return;
    const timer = setInterval(async () => {
      if (!(await isAnswering())) return;
      setLost(false);
      await client.invalidateQueries();
    }, everyMs);
    return () => clearInterval(timer);
  }, [isLost, client]);
  return (
    <div role="status">
      {isLost && (
        <p className="flex items-center gap-2 border-b border-line bg-warn-soft px-4 py-1.5 text-warn md:px-6">
          <Icon name="warning" />
          The control process does not answer. What you see may be old; requests of applications go on.
        </p>
      )}
    </div>
  );
}

function isFailure(event: QueryCacheNotifyEvent): boolean {
  if (event.type !== "updated") return false;
  const reason = event.query.state.fetchFailureReason;
  return reason instanceof ApiProblem && (reason.status === 0 || reason.status === 502 || reason.status === 504);
}

async function isAnswering(): Promise<boolean> {
  try {
    return (await fetch("/api/sessions/current", { cache: "no-store" })).status < 500;
  } catch {
    return false;
  }
}
