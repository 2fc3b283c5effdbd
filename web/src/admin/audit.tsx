import { Button, NativeSelect, Skeleton, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Grid } from "../chart/grid";
import { moment } from "../format";
import { admin as text } from "../text/admin";
import { Mark } from "../ui/mark";
import { Failure } from "../ui/notice";
import { deedOf, detailOf } from "./acts";
import css from "./admin.module.css";
import { type Act, type ActFilter, actFilterOf, actsQuery } from "./queries";

const t = text.audit;

/** Who did what to whom. */
export function Audit() {
  const filter = actFilterOf(useSearch({ strict: false }));
  const acts = useInfiniteQuery(actsQuery(filter));
  const rows = acts.data?.pages.flatMap((page) => page.acts ?? []) ?? [];
  return (
    <div className={css.page}>
      <Filters filter={filter} />
      {acts.isPending && <Skeleton height={260} radius="md" />}
      {acts.isError && !acts.data && <Failure error={acts.error} retry={() => void acts.refetch()} />}
      {acts.data && (
        <Grid
          title={text.parts.audit}
          note={t.note}
          rows={rows}
          id={(a) => String(a.id)}
          most={Number.POSITIVE_INFINITY}
          cards
          empty={t.none}
          columns={[
            {
              label: t.columns.date,
              value: (a) => new Date(a.date * 1000).toISOString(),
              show: (a) => moment(a.date),
            },
            { label: t.columns.who, value: who },
            { label: t.columns.action, value: (a) => a.action, show: (a) => <What act={a} /> },
            { label: t.columns.object, value: (a) => a.object },
            {
              label: t.columns.detail,
              value: (a) => [a.detail, a.refused].filter(Boolean).join("; "),
              show: (a) => (
                <span className={css.detail}>
                  {a.refused && (
                    <span>
                      <Mark tone="bad">{t.refusedWord}</Mark> {a.refused}
                    </span>
                  )}
                  {detailOf(a)}
                </span>
              ),
            },
            { label: t.columns.from, value: (a) => [a.door, a.address].filter(Boolean).join(", ") },
          ]}
        />
      )}
      {acts.hasNextPage && (
        <Button
          variant="default"
          className={css.middle}
          loading={acts.isFetchingNextPage}
          onClick={() => void acts.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
    </div>
  );
}

function who(act: Act): string {
  return act.who || (act.door === "command" ? t.server : t.nobody);
}

function What({ act }: { act: Act }) {
  return <span title={act.action}>{deedOf(act.action)}</span>;
}

function Filters({ filter }: { filter: ActFilter }) {
  const navigate = useNavigate();
  const change = (part: ActFilter) =>
    void navigate({
      to: "/admin/$part",
      params: { part: "audit" },
      search: actFilterOf({ ...filter, ...part }) as Record<string, unknown>,
      replace: true,
      resetScroll: false,
    });
  return (
    <search className={css.filters}>
      <Words label={t.text} value={filter.q ?? ""} set={(q) => change({ q })} />
      <Words label={t.who} value={filter.who ?? ""} set={(who) => change({ who })} />
      <Words label={t.object} value={filter.object ?? ""} set={(object) => change({ object })} />
      <NativeSelect
        label={t.action}
        data={[
          { value: "", label: t.anything },
          ...Object.entries(t.actions).map(([value, label]) => ({ value, label })),
        ]}
        value={filter.action ?? ""}
        onChange={(e) => change({ action: e.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t.from}
        value={filter.from ?? ""}
        onChange={(e) => change({ from: e.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t.to}
        value={filter.to ?? ""}
        onChange={(e) => change({ to: e.currentTarget.value })}
      />
      <Switch
        label={t.refused}
        checked={filter.refused ?? false}
        onChange={(e) => change({ refused: e.currentTarget.checked })}
      />
    </search>
  );
}

function Words({ label, value, set }: { label: string; value: string; set: (value: string) => void }) {
  const [draft, setDraft] = useState(value);
  const tell = useDebouncedCallback(set, 300);
  return (
    <TextInput
      label={label}
      w={150}
      value={draft}
      autoCapitalize="none"
      onChange={(e) => {
        setDraft(e.currentTarget.value);
        tell(e.currentTarget.value.trim());
      }}
    />
  );
}
