import { Dialog } from "#components/dialog";
import { Kbd } from "#components/kbd";
import { useShortcutList } from "./shortcut-provider";

/** All keys that do something here. */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  const list = useShortcutList();
  const byKeys = new Map(list().map((shortcut) => [shortcut.keys, shortcut.label]));
  const [going, acting] = [true, false].map((go) => [...byKeys].filter(([keys]) => keys.startsWith("g ") === go));
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts">
      <div className="grid gap-6 sm:grid-cols-2">
        <KeyList title="On this page" keys={[...(acting ?? []), ["Esc", "Close what is open"]]} />
        <KeyList title="Go to" keys={going ?? []} />
      </div>
    </Dialog>
  );
}

function KeyList({ title, keys }: { readonly title: string; readonly keys: readonly (readonly [string, string])[] }) {
  return (
    <div>
      <h3 className="pb-1 text-sm font-medium text-faint">{title}</h3>
      <dl className="flex flex-col">
        {keys.map(([key, label]) => (
          <div key={key} className="flex h-7 items-center justify-between gap-4">
            <dt>{label}</dt>
            <dd>
              <Kbd keys={key.replace("mod+", "Ctrl ").replace(/ k$/, (end) => (key === "mod+k" ? " K" : end))} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
