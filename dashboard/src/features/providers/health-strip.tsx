import { formatCount, formatShare } from "#lib/format-number";
import { useFormatTime } from "#lib/preferences";
import type { ProviderHealth } from "./read-health";

const height = 18;
const step = 4;
const barCount = 30;

type Bar = { readonly at: number; readonly requests: number; readonly errors: number };

/** Health over time: a bar for each stretch, coloured by its share of errors and as high as it was busy. */
export function HealthStrip({ health }: { readonly health: ProviderHealth | undefined }) {
  const format = useFormatTime();
  if (health === undefined || health.requests === 0) return <span className="text-faint">no requests</span>;
  const bars = gather(health);
  const most = Math.max(1, ...bars.map(({ requests }) => requests));
  return (
    <svg
      role="img"
      aria-label={`${formatCount(health.requests)} requests, ${formatShare(health.errors / health.requests)} errors`}
      width={barCount * step}
      height={height}
      className="block"
    >
      {bars.map(({ at, requests, errors }, index) => {
        const tall = requests === 0 ? 2 : 5 + (height - 5) * (requests / most);
        return (
          <rect
            key={at}
            x={index * step}
            y={height - tall}
            width={step - 1}
            height={tall}
            rx="1"
            fill={colourOf(requests, errors)}
          >
            <title>{`${format(at, "minute")}: ${formatCount(requests)} requests, ${formatCount(errors)} errors`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function colourOf(requests: number, errors: number): string {
  if (requests === 0) return "var(--line-strong)";
  const share = errors / requests;
  if (share >= 0.2) return "var(--bad-fill)";
  return share >= 0.02 ? "var(--warn-fill)" : "var(--good-fill)";
}

/** As many bars as there are, whatever the length of the buckets that the API chose. */
function gather({ points, fromMs, toMs }: ProviderHealth): readonly Bar[] {
  const barMs = (toMs - fromMs) / barCount;
  const bars = Array.from({ length: barCount }, (_, index) => ({
    at: fromMs + index * barMs,
    requests: 0,
    errors: 0,
  }));
  for (const point of points) {
    const index = Math.floor((Date.parse(point.at) - fromMs) / barMs);
    const bar = bars[Math.min(barCount - 1, Math.max(0, index))];
    if (bar === undefined) continue;
    bar.requests += point.requests;
    bar.errors += point.errors;
  }
  return bars;
}
