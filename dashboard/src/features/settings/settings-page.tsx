import { ErrorState } from "#components/error-state";
import { PageFrame } from "#components/page-frame";
import { Tabs } from "#components/tabs";
import { choiceField, optionalField, useUrlState } from "#lib/url-state";
import { Configuration } from "./configuration";
import { EditSetting } from "./edit-setting-dialog";
import { useSettings } from "./read-settings";
import { SessionList } from "./session-list";
import { settingGroups } from "./setting-groups";
import { SettingList } from "./setting-list";

const fields = { tab: choiceField(["settings", "sessions", "configuration"]), edit: optionalField() };
const tabs = [
  { name: "settings", label: "Settings" },
  { name: "sessions", label: "Sessions" },
  { name: "configuration", label: "Configuration as YAML" },
] as const;

/** What holds for the whole gateway, who is signed in, and all that is configured as text. */
export function Page() {
  const [{ tab, edit }, set] = useUrlState(fields);
  return (
    <PageFrame title="Settings">
      <Tabs tabs={tabs} value={tab} onChange={(name) => set({ tab: name, edit: undefined }, { push: true })}>
        <div className="flex max-w-5xl min-w-0 flex-col gap-8">
          {tab === "settings" && <AllSettings edit={edit} onEdit={(name) => set({ edit: name })} />}
          {tab === "sessions" && <SessionList />}
          {tab === "configuration" && <Configuration />}
        </div>
      </Tabs>
    </PageFrame>
  );
}

type Props = { readonly edit: string | undefined; readonly onEdit: (name: string | undefined) => void };

function AllSettings({ edit, onEdit }: Props) {
  const { data, error, refetch } = useSettings();
  const editable = settingGroups(data).flatMap(({ settings }) => settings);
  const setting = editable.find(({ name }) => name === edit && data?.read_only.includes(name) === false);
  if (data === undefined && error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <SettingList settings={data} onEdit={({ name }) => onEdit(name)} />
      {data !== undefined && setting !== undefined && (
        <EditSetting key={setting.name} setting={setting} settings={data} onClose={() => onEdit(undefined)} />
      )}
    </>
  );
}
