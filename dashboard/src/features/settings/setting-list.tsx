import type { Settings } from "#api/schema.gen";
import { Button } from "#components/button";
import { Section } from "#components/page-frame";
import { Skeleton } from "#components/skeleton";
import { SourceMark } from "#components/source-mark";
import type { Setting } from "./setting";
import { settingGroups } from "./setting-groups";
import { inWords, shownValue, typedDefault, typedValue } from "./setting-value";

type Props = { readonly settings: Settings | undefined; readonly onEdit: (setting: Setting) => void };

/** All settings by what they are about; skeletons stand where values will. */
export function SettingList({ settings, onEdit }: Props) {
  return settingGroups(settings).map(({ title, note, settings: members }) => (
    <Section key={title} title={title} note={note}>
      <ul className="-mt-3 flex flex-col">
        {members.map((setting) => (
          <Row key={setting.name} setting={setting} settings={settings} onEdit={onEdit} />
        ))}
      </ul>
    </Section>
  ));
}

function Row({ setting, settings, onEdit }: Props & { readonly setting: Setting }) {
  const { name, label, help } = setting;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-1 border-b border-line py-2.5 last:border-0 sm:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_8rem]">
      <div className="col-span-2 min-w-0 sm:col-span-1">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{label}</span>
          <code className="font-mono text-xs text-faint">{name}</code>
        </div>
        <p className="max-w-prose text-sm text-muted">{help}</p>
      </div>
      <div className="min-w-0 self-center break-words sm:self-start">
        {settings === undefined ? (
          <Skeleton className="my-0.5 w-24" />
        ) : (
          <Value setting={setting} settings={settings} />
        )}
      </div>
      <div className="flex min-h-7 min-w-0 items-center justify-end sm:-mt-1 sm:self-start">
        {settings !== undefined && <Act setting={setting} settings={settings} onEdit={onEdit} />}
      </div>
    </li>
  );
}

/** With the default beside it where another value holds. */
function Value({ setting, settings }: { readonly setting: Setting; readonly settings: Settings }) {
  const [value, preset] = [typedValue(setting, settings), typedDefault(setting, settings)];
  const isJson = setting.kind === "json";
  return (
    <>
      <span className={isJson ? "font-mono text-sm whitespace-pre-wrap" : undefined}>
        {shownValue(setting, settings)}
      </span>
      {setting.kind !== "secret" && value !== preset && (
        <span className="block text-sm text-muted">default {inWords(setting, preset)}</span>
      )}
    </>
  );
}

function Act({ setting, settings, onEdit }: { readonly settings: Settings } & Props & { readonly setting: Setting }) {
  const place = settings.declared_at[setting.name];
  if (settings.read_only.includes(setting.name)) return <SourceMark source={sourceOf(place)} />;
  if (setting.options?.length === 1 || setting.fileOnly) return null;
  return (
    <Button kind="quiet" aria-label={`Edit ${setting.label}`} onClick={() => onEdit(setting)}>
      Edit
    </Button>
  );
}

function sourceOf(place: Settings["declared_at"][string] | undefined): string {
  return place === undefined ? "the configuration file" : `${place.file}:${place.line}`;
}
