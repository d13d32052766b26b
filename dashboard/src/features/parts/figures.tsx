import { Badge, StatusDot } from "#components/badge";
import { Facts } from "#components/facts";
import { MeterBar } from "#components/meter-bar";
import { Stat, StatRow } from "#components/stat";
import { RelativeTime, TimeText } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatBytes, formatCompact, formatShare } from "#lib/format-number";

export function Figures() {
  return (
    <>
      <StatRow>
        <Stat label="Spend" value={formatMoney(1284.52)} change={{ now: 1284, before: 1100 }} />
        <Stat label="Requests" value={formatCompact(1_204_332)} change={{ now: 12, before: 13, moreIs: "good" }} />
        <Stat label="Error rate" value={formatShare(0.0042)} change={{ now: 4, before: 2, moreIs: "bad" }} />
        <Stat label="Latency, p95" value={formatMs(1834)} note="p50 640 ms" />
        <Stat label="Tokens" value={undefined} />
      </StatRow>
      <div className="grid gap-6 sm:grid-cols-2">
        <Facts
          facts={[
            { name: "State", value: <Badge tone="good">active</Badge> },
            { name: "Last used", value: <RelativeTime value={Date.now() - 180_000} /> },
            { name: "Made", value: <TimeText value={Date.now() - 86_400_000} style="full" /> },
            { name: "Stored", value: formatBytes(3_482_112) },
            {
              name: "Health",
              value: (
                <>
                  <StatusDot tone="warn" /> degraded
                </>
              ),
            },
          ]}
        />
        <div className="flex flex-col gap-4">
          {[2, 8.5, 10].map((used) => (
            <MeterBar key={used} label="Budget" used={used} held={0.6} limit={10} text={`$${used} used, $0.60 held`} />
          ))}
          <div className="flex flex-wrap gap-2">
            {(["neutral", "accent", "good", "warn", "bad"] as const).map((tone) => (
              <Badge key={tone} tone={tone}>
                {tone}
              </Badge>
            ))}
          </div>
        </div>
      </div>
    </>
  );
}
