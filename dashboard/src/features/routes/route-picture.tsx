import { useRef } from "react";
import { formatShare } from "#lib/format-number";
import { useWidth } from "#lib/use-width";
import type { Leg } from "./route-legs";

const rowHeight = 34;
const aliasWidth = 112;
const leastWidth = 300;

/** Where requests of a route go: lines as thick as their share, dashed for fallbacks. The list beside it says the same. */
export function RoutePicture({ alias, legs }: { readonly alias: string; readonly legs: readonly Leg[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = Math.max(leastWidth, useWidth(frame));
  const height = legs.length * rowHeight;
  const boxLeft = Math.round(width * 0.46);
  return (
    <div ref={frame} className="min-w-0 overflow-hidden">
      <svg width={width} height={height} aria-hidden="true" fontSize="12" className="block">
        {legs.map((leg, index) => (
          <Line key={leg.place} leg={leg} fromY={height / 2} toY={middleOf(index)} toX={boxLeft} />
        ))}
        <rect
          x="0.5"
          y={height / 2 - 13.5}
          width={aliasWidth}
          height="27"
          rx="6"
          fill="var(--bg)"
          stroke="var(--line-strong)"
        />
        <text x={aliasWidth / 2} y={height / 2 + 4} textAnchor="middle" fill="var(--text)" fontWeight="500">
          {short(alias, aliasWidth)}
        </text>
        {legs.map((leg, index) => (
          <g key={leg.place}>
            <rect
              x={boxLeft}
              y={middleOf(index) - 13.5}
              width={width - boxLeft - 1}
              height="27"
              rx="6"
              fill="var(--bg)"
              stroke="var(--line)"
            />
            <circle cx={boxLeft + 14} cy={middleOf(index)} r="4" fill={fills[leg.tone]} />
            <text x={boxLeft + 26} y={middleOf(index) + 4} fill="var(--text)">
              {short(leg.model, width - boxLeft - 34)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

type LineProps = { readonly leg: Leg; readonly fromY: number; readonly toY: number; readonly toX: number };

function Line({ leg: { share }, fromY, toY, toX }: LineProps) {
  const bend = (toX - aliasWidth) / 2;
  const words = share === undefined ? "if all fail" : formatShare(share);
  return (
    <>
      <path
        d={`M${aliasWidth} ${fromY}c${bend} 0 ${bend * 0.6} ${toY - fromY} ${toX - aliasWidth} ${toY - fromY}`}
        fill="none"
        stroke={share === undefined ? "var(--line-strong)" : "var(--accent)"}
        strokeWidth={share === undefined ? 1.5 : 1 + share * 5}
        strokeDasharray={share === undefined ? "4 4" : undefined}
        opacity={share === 0 ? 0.25 : 1}
      />
      <text
        x={toX - 8}
        y={toY - 6}
        textAnchor="end"
        fill="var(--muted)"
        fontSize="11"
        stroke="var(--bg)"
        strokeWidth="3"
        paintOrder="stroke"
      >
        {words}
      </text>
    </>
  );
}

const fills = {
  neutral: "var(--line-strong)",
  accent: "var(--accent)",
  good: "var(--good-fill)",
  warn: "var(--warn-fill)",
  bad: "var(--bad-fill)",
} as const;

const letterWidth = 7;

function middleOf(index: number): number {
  return index * rowHeight + rowHeight / 2;
}

/** SVG does not cut text by itself. */
function short(text: string, width: number): string {
  const most = Math.max(4, Math.floor((width - 8) / letterWidth));
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}
