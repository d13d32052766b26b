import { useRef, useState } from "react";
import { ColumnChooser } from "#components/column-chooser";
import { DataTable } from "#components/data-table";
import { FilterBar } from "#components/filter-bar";
import { PageFrame } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { columns } from "./columns";
import { useCountedFields } from "./count-values";
import { FollowBar } from "./follow-bar";
import { ListMenu } from "./list-menu";
import { NoRequests } from "./no-requests";
import { requestSort } from "./request-sort";
import { RecordSheet } from "./sheet/record-sheet";
import { SummaryLine } from "./summary-line";
import { useRequestRows } from "./use-request-rows";
import { useRequestsState } from "./use-requests-state";
import { ViewMenu } from "./views/view-menu";
import { isOneSession } from "./waterfall/session-requests";
import { Waterfall } from "./waterfall/waterfall";
import { WaterfallSwitch } from "./waterfall/waterfall-switch";

/** Every request that went through, newest first. */
export function Page() {
  const state = useRequestsState();
  const { filters, range, utc, open, set } = state;
  const list = useRequestRows(state);
  const [typing, setTyping] = useState(false);
  const fields = useCountedFields({ filters, range: range.text, utc, enabled: typing });
  const frame = useRef<HTMLDivElement>(null);
  const isWaterfall = state.view === "waterfall" && isOneSession(state.filters);
  return (
    <PageFrame
      title="Requests"
      fill
      actions={
        <>
          <ViewMenu />
          <ListMenu state={state} />
          <ColumnChooser columns={columns} shown={state.shown} onChange={(next) => set({ columns: next ?? [] })} />
          <FollowBar state={state} list={list} />
          <RangePicker range={range} onChange={state.setRange} />
        </>
      }
      bar={
        <>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: hears only that somebody begins to filter */}
          <div className="flex min-w-0 items-start gap-2" onFocus={() => setTyping(true)}>
            <FilterBar
              fields={fields}
              filters={filters}
              onChange={state.setFilters}
              textField="text"
              placeholder="Filter by any field, or find a text"
            />
            <WaterfallSwitch state={state} />
          </div>
          {!isWaterfall && <SummaryLine state={state} list={list} />}
        </>
      }
    >
      {isWaterfall ? (
        <Waterfall state={state} />
      ) : (
        <div
          ref={frame}
          className="relative flex min-h-0 flex-1 flex-col"
          onScrollCapture={({ target }) => list.setAtTop(target instanceof Element && target.scrollTop < 8)}
        >
          {list.held > 0 && (
            <button
              type="button"
              onClick={() => {
                list.letIn();
                frame.current?.querySelector("[role=grid]")?.scrollTo({ top: 0 });
              }}
              className="popup absolute top-10 left-1/2 z-20 -translate-x-1/2 px-3 py-1 font-medium text-accent hover:bg-hover"
            >
              {list.held} new {list.held === 1 ? "request" : "requests"}
            </button>
          )}
          <DataTable
            label="Requests"
            columns={columns}
            shown={state.shown}
            rows={list.rows}
            rowKey={({ id }) => id}
            source={list.source}
            sort={requestSort(state.order, (order) => set({ order }))}
            onOpen={({ id }) => set({ open: id }, { push: open === undefined })}
            openKey={open}
            empty={<NoRequests state={state} list={list} />}
          />
        </div>
      )}
      <RecordSheet state={state} rows={list.rows} />
    </PageFrame>
  );
}
