import { useQuery } from "@tanstack/react-query";
import { configQuery } from "../api/queries";
import { Grid } from "../chart/grid";
import { figure, percent } from "../chart/numbers";
import { statisticsQuery } from "../dashboard/queries";
import { admin as text } from "../text/admin";
import css from "./admin.module.css";

const t = text.images;
const unused = { tasks: 0, failed: 0, cpu: 0 };

/** The images that the site offers, and those that people bring. */
export function Images() {
  const offered = useQuery(configQuery).data?.images ?? [];
  const used = useQuery(statisticsQuery({ span: "month" })).data?.images ?? [];
  const rows = offered.map((image) => ({
    ...image,
    ...(used.find((u) => u.image === image.url) ?? unused),
  }));
  const others = used.filter((u) => u.tasks > 0 && !offered.some(({ url }) => url === u.image));
  const figures = [
    {
      label: t.columns.tasks,
      value: (u: typeof unused) => u.tasks,
      show: (u: typeof unused) => figure(u.tasks),
    },
    {
      label: t.columns.failed,
      value: (u: typeof unused) => u.failed,
      show: (u: typeof unused) => percent(u.failed, u.tasks),
    },
    { label: t.columns.cpu, value: (u: typeof unused) => u.cpu, show: (u: typeof unused) => figure(u.cpu) },
  ];
  return (
    <div className={css.page}>
      <Grid
        title={t.title}
        note={t.note}
        rows={rows}
        id={(i) => i.url}
        empty={t.none}
        columns={[
          { label: t.columns.name, value: (i) => i.name },
          { label: t.columns.url, value: (i) => i.url, show: (i) => <span className="mono">{i.url}</span> },
          {
            label: t.columns.kind,
            value: (i) =>
              [i.interactive ? t.interactive : t.batch, i.default && t.default].filter(Boolean).join(", "),
          },
          ...figures,
        ]}
      />
      <Grid
        title={t.other}
        rows={others}
        id={(u) => u.image}
        columns={[
          {
            label: t.columns.url,
            value: (u) => u.image,
            show: (u) => <span className="mono">{u.image}</span>,
          },
          ...figures,
        ]}
      />
    </div>
  );
}
