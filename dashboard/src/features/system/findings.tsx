import type { Finding } from "#api/schema.gen";
import { StatusDot, type Tone } from "#components/badge";

const words: { readonly [level in Finding["level"]]: { readonly tone: Tone; readonly word: string } } = {
  fail: { tone: "bad", word: "Fails" },
  warn: { tone: "warn", word: "Warning" },
  ok: { tone: "good", word: "Fine" },
};

/** What is not well, with what to do; what is fine is folded. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const fine = findings.filter(({ level }) => level === "ok");
  const others = (["fail", "warn"] as const).flatMap((wanted) => findings.filter(({ level }) => level === wanted));
  return (
    <div className="flex flex-col gap-3">
      {others.length === 0 ? (
        <p className="flex items-center gap-2">
          <StatusDot tone="good" />
          Nothing is wrong.
        </p>
      ) : (
        <FindingList findings={others} />
      )}
      {fine.length > 0 && (
        <details>
          <summary className="text-muted hover:text-text">
            {fine.length === 1 ? "1 check is fine" : `${fine.length} checks are fine`}
          </summary>
          <div className="pt-2">
            <FindingList findings={fine} />
          </div>
        </details>
      )}
    </div>
  );
}

function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {findings.map(({ level, subject, text }) => (
        <li key={`${subject}: ${text}`} className="flex min-w-0 items-baseline gap-2">
          <StatusDot tone={words[level].tone} />
          <span className="sr-only">{words[level].word}: </span>
          <span className="min-w-0 break-words">
            <span className="font-medium">{subject}</span> <span className="text-muted">{text}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
