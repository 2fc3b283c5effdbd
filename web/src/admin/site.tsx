import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, want } from "../api/client";
import { words } from "../api/problem";
import { Processes } from "../cluster/processes";
import { maintenanceQuery } from "../cluster/queries";
import { admin as text } from "../text/admin";
import { Ask } from "../ui/ask";
import { Ago } from "../ui/clock";
import { Trouble } from "../ui/trouble";
import css from "./admin.module.css";

const t = text.site;

/** Maintenance, and the processes of the installation. */
export function Site() {
  const now = useQuery(maintenanceQuery).data;
  const [asked, ask] = useState(false);
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: (on: boolean) => want(client.PUT("/maintenance", { body: { on, reason: on ? reason : "" } })),
    onSuccess: (doc) => {
      queries.setQueryData(maintenanceQuery.queryKey, doc);
      ask(false);
    },
  });
  return (
    <div className={css.page}>
      {now && (
        <section className={`panel ${css.switch}`} aria-label={t.maintenance} data-on={now.on || undefined}>
          <div>
            <h2 className={css.heading}>{t.maintenance}</h2>
            <p role="status">
              {now.on ? t.on : t.off} {now.on && now.reason}
            </p>
            {now.by && (
              <small>
                {t.since(now.by)}, {now.date && <Ago at={now.date} />}
              </small>
            )}
          </div>
          {now.on ? (
            <Button loading={set.isPending} onClick={() => set.mutate(false)}>
              {t.stop}
            </Button>
          ) : (
            <Button variant="default" onClick={() => ask(true)}>
              {t.start}
            </Button>
          )}
          {set.isError && !asked && <Trouble>{words(set.error)}</Trouble>}
        </section>
      )}
      <Processes />
      <Ask
        open={asked}
        close={() => ask(false)}
        title={t.startTitle}
        cancel={t.cancel}
        confirm={t.confirm}
        busy={set.isPending}
        error={set.error}
        onConfirm={() => set.mutate(true)}
      >
        {t.startBody}
        <TextInput
          mt="md"
          data-autofocus
          label={t.reason}
          description={t.reasonHelp}
          maxLength={500}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
      </Ask>
    </div>
  );
}
