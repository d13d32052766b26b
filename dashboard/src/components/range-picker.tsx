import { type FormEvent, useState } from "react";
import { classNames } from "#lib/class-names";
import { useFormatTime, usePreferences } from "#lib/preferences";
import { commonRanges, parseRange, type TimeRange } from "#lib/range";
import { useShortcut } from "#lib/shortcuts";
import { Button } from "./button";
import { Popover } from "./popover";

type Props = { readonly range: TimeRange; readonly onChange: (text: string) => void };

/** The stretch of time of the page: a common one by a click, any other by typing. `t` opens it. */
export function RangePicker({ range, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const label = useRangeLabel(range);
  useShortcut("t", "Range of time", () => setOpen(true));
  const choose = (text: string) => {
    setOpen(false);
    onChange(text);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Range of time"
      align="end"
      trigger={
        <Button icon="clock" title="Range of time (t)">
          {label}
        </Button>
      }
    >
      <div className="flex w-72 flex-col gap-2 p-2">
        <TypedRange text={range.text} onChoose={choose} />
        <ul className="flex flex-col">
          {commonRanges.map((text) => (
            <li key={text}>
              <button
                type="button"
                onClick={() => choose(text)}
                aria-current={text === range.text}
                className={classNames(
                  "popup-item w-full justify-between hover:bg-hover",
                  text === range.text && "font-medium",
                )}
              >
                {parseRange(text, 0, true)?.label}
                <span className="font-mono text-xs text-faint">{text}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Popover>
  );
}

function TypedRange({ text, onChoose }: { readonly text: string; readonly onChoose: (text: string) => void }) {
  const { zone } = usePreferences();
  const [typed, setTyped] = useState("");
  const found = parseRange(typed, Date.now(), zone === "utc");
  const wrong = typed !== "" && found === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (found !== undefined) onChoose(found.text);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-1">
      <input
        aria-label="Range as text"
        aria-invalid={wrong || undefined}
        aria-describedby="range-help"
        value={typed}
        placeholder={text}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        className="control w-full font-mono text-sm"
        // biome-ignore lint/a11y/noAutofocus: it was opened to type or choose
        autoFocus
      />
      <span id="range-help" className={classNames("text-xs", wrong ? "text-bad" : "text-faint")}>
        {wrong && "This is no range. Type "}15m, 7d, yesterday,{" "}
        <span className="whitespace-nowrap">2026-01-31..2026-02-02</span>
      </span>
    </form>
  );
}

/** `Last 7 days`, or from when to when. */
function useRangeLabel({ label, fromMs, toMs }: TimeRange): string {
  const format = useFormatTime();
  if (label !== "") return label;
  return `${format(fromMs, "minute")} – ${format(toMs, "minute")}`;
}
