import type { ChartSeries } from "#lib/chart-scale";
import { noFigure } from "#lib/format-number";
import { useFormatTime } from "#lib/preferences";

type Props = {
  readonly label: string;
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
};

/** The figures of a chart for those who cannot see it. */
export function ChartTable({ label, times, series, format }: Props) {
  const formatTime = useFormatTime();
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((ms, index) => (
            <tr key={ms}>
              <th scope="row">{formatTime(ms, "minute")}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{cellOf(values[index], format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellOf(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? noFigure : format(value);
}
