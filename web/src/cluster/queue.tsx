import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Problem } from "../api/problem";
import { configQuery } from "../api/queries";
import { Grid } from "../chart/grid";
import { cluster as t } from "../text/cluster";
import { Failure } from "../ui/notice";
import css from "./cluster.module.css";
import { type Place, queueQuery } from "./queries";

/** Who is next, and why not now. */
export function Queue() {
  const queue = useQuery(queueQuery);
  const several = (useQuery(configQuery).data?.executors ?? []).length > 1;
  if (queue.isPending) return null;
  if (queue.isError && !queue.data) {
    if (queue.error instanceof Problem && queue.error.status === 503)
      return (
        <p className="note" data-tone="warn">
          {t.unanswered}
        </p>
      );
    return <Failure error={queue.error} retry={() => void queue.refetch()} />;
  }
  return (
    <Grid
      title={t.queue}
      rows={queue.data ?? []}
      id={(p) => (p.place > 0 ? String(p.place) : `${p.code} ${p.id} ${queue.data.indexOf(p)}`)}
      most={20}
      empty={t.empty}
      note={(queue.data ?? []).length > 0 ? t.queueNote : undefined}
      columns={[
        {
          label: t.place,
          value: (p) => p.place || Number.POSITIVE_INFINITY,
          show: (p) => p.place || t.notYet,
        },
        {
          label: t.task,
          value: (p) => (p.id ? `#${p.id}` : t.others),
          show: (p) =>
            p.id ? (
              <Link to="/task/$id" params={{ id: String(p.id) }} className={css.task}>
                #{p.id}
              </Link>
            ) : (
              <span className={css.faint}>{t.others}</span>
            ),
        },
        { label: t.user, value: (p) => p.user },
        ...(several ? [{ label: t.executor, value: (p: Place) => p.executor ?? "" }] : []),
        { label: t.reason, value: (p) => (p.code ? p.reason : t.starts) },
      ]}
    />
  );
}
