import { useQuery } from "@tanstack/react-query";
import { Grid } from "../chart/grid";
import { cluster as t } from "../text/cluster";
import { Ago } from "../ui/clock";
import { Mark } from "../ui/mark";
import css from "./cluster.module.css";
import { processesQuery } from "./queries";

/** The servers of the installation, and whether they are at work. */
export function Processes() {
  const processes = useQuery(processesQuery).data;
  if (!processes) return null;
  return (
    <Grid
      title={t.processes}
      rows={processes}
      id={(p) => p.name}
      columns={[
        {
          label: t.columns.name,
          value: (p) => p.name,
          show: (p) => (
            <span className={css.process}>
              <Mark tone={p.alive ? "good" : "bad"}>{p.alive ? t.alive : t.dead}</Mark>
              {p.name}
            </span>
          ),
        },
        { label: t.columns.roles, value: (p) => (p.roles ?? []).join(", ") },
        { label: t.columns.version, value: (p) => p.version },
        { label: t.columns.started, value: (p) => p.started, show: (p) => <Ago at={p.started} /> },
        { label: t.columns.seen, value: (p) => p.seen, show: (p) => <Ago at={p.seen} /> },
      ]}
    />
  );
}
