import { useEffect, useState } from "react";
import { addressOf } from "#api/call";
import type { Record } from "#api/schema.gen";

/** The newest request that ended since this was shown, as it comes. */
export function useFollowedRequest(): Record | undefined {
  const [record, setRecord] = useState<Record>();
  useEffect(() => {
    const source = new EventSource(addressOf("/api/logs/tail", undefined, undefined));
    source.addEventListener("record", ({ data }) => setRecord(JSON.parse(data)));
    return () => source.close();
  }, []);
  return record;
}
