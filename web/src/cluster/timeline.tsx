import { ActionIcon } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, want } from "../api/client";
import { moment } from "../format";
import { cluster as t } from "../text/cluster";
import { Ask } from "../ui/ask";
import { Icon } from "../ui/icon";
import css from "./cluster.module.css";
import { type Reservation, reservationsQuery } from "./queries";
import { type Span, spanOf } from "./span";

/** What nodes are kept for, now and later, along a line of time. */
export function Timeline({ admin }: { admin: boolean }) {
  const reservations = useQuery(reservationsQuery).data;
  const [removing, remove] = useState<Reservation>();
  if (!reservations) return null;
  const now = Date.now() / 1000;
  const span = spanOf(reservations, now);
  return (
    <section className={`panel ${css.panel}`} aria-label={t.reservations}>
      <h2 className={css.heading}>{t.reservations}</h2>
      {reservations.length === 0 ? (
        <p className={css.empty}>{t.noReservations}</p>
      ) : (
        <div className={css.times}>
          <Ticks span={span} now={now} />
          <ul className={css.plain}>
            {reservations.map((r) => (
              <li key={r.id} className={css.line}>
                <div className={css.what}>
                  <strong>{nodesOf(r)}</strong>
                  <span>
                    {(r.for ?? []).length > 0 ? t.keptFor((r.for ?? []).join(", ")) : t.states.drained}
                    {r.reason && `: ${r.reason}`}
                  </span>
                  <small>
                    {r.date_from ? moment(r.date_from) : t.now} – {r.date_to ? moment(r.date_to) : t.forever},{" "}
                    {t.by(r.by)}
                  </small>
                </div>
                <div className={css.lane} aria-hidden="true">
                  <span
                    className={css.bar}
                    data-drain={(r.for ?? []).length === 0 || undefined}
                    data-later={!r.active || undefined}
                    style={span.place(r.date_from ?? 0, r.date_to ?? Number.POSITIVE_INFINITY)}
                  />
                  <span className={css.nowLine} style={{ left: span.at(now) }} />
                </div>
                {admin && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t.remove(r.id)}
                    title={t.remove(r.id)}
                    onClick={() => remove(r)}
                  >
                    <Icon name="close" />
                  </ActionIcon>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {removing && <Release reservation={removing} close={() => remove(undefined)} />}
    </section>
  );
}

function Ticks({ span, now }: { span: Span; now: number }) {
  return (
    <div className={css.ticks} aria-hidden="true">
      <div className={css.lane}>
        <span className={css.tick} style={{ left: span.at(now) }}>
          {t.now}
        </span>
        {span.ticks.map(({ at, label }) => (
          <span key={at} className={css.tick} style={{ left: span.at(at) }}>
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

function nodesOf(r: Reservation): string {
  return (r.nodes ?? []).length > 0 ? (r.nodes ?? []).join(", ") : t.everyNode(r.executor);
}

/** Asks before nodes are given back. */
export function Release({ reservation: r, close }: { reservation: Reservation; close: () => void }) {
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: () => want(client.DELETE("/reservation/{id}", { params: { path: { id: String(r.id) } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["nodes"] });
      void queries.invalidateQueries({ queryKey: ["reservations"] });
      close();
    },
  });
  const whom = (r.for ?? []).join(", ");
  return (
    <Ask
      open
      close={close}
      title={t.removeTitle}
      cancel={t.keep}
      confirm={t.removeConfirm}
      busy={release.isPending}
      error={release.error}
      onConfirm={() => release.mutate()}
    >
      {whom ? t.removeBody(nodesOf(r), whom) : t.removeDrain(nodesOf(r))}
    </Ask>
  );
}
