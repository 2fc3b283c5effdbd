import { Skeleton, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Grid } from "../chart/grid";
import { admin as text } from "../text/admin";
import { Icon } from "../ui/icon";
import { Failure } from "../ui/notice";
import css from "./admin.module.css";
import { settingsQuery } from "./queries";

const t = text.configuration;

/** The configuration as it was loaded. */
export function Configuration() {
  const settings = useQuery(settingsQuery);
  const [words, setWords] = useState("");
  const [set, setSet] = useState(true);
  if (settings.isPending) return <Skeleton height={260} radius="md" />;
  if (settings.isError && !settings.data)
    return <Failure error={settings.error} retry={() => void settings.refetch()} />;
  const wanted = words.toLowerCase().trim();
  const rows = (settings.data ?? []).filter(
    (s) => (!set || s.place) && `${s.key} ${s.value}`.toLowerCase().includes(wanted),
  );
  return (
    <div className={css.page}>
      <search className={css.filters}>
        <TextInput
          type="search"
          w={300}
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<Icon name="search" />}
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <Switch label={t.set} checked={set} onChange={(e) => setSet(e.currentTarget.checked)} />
      </search>
      <Grid
        title={text.parts.configuration}
        note={t.note}
        rows={rows}
        id={(s) => s.key}
        most={Number.POSITIVE_INFINITY}
        empty={t.none}
        columns={[
          {
            label: t.columns.key,
            value: (s) => s.key,
            show: (s) => (
              <span className={css.person}>
                <span className="mono">{s.key}</span>
                {s.reload && <small>{t.reload}</small>}
              </span>
            ),
          },
          {
            label: t.columns.value,
            value: (s) => (s.secret ? t.hidden : s.value),
            show: (s) =>
              s.secret ? <em>{t.hidden}</em> : <pre className={`mono ${css.value}`}>{s.value}</pre>,
          },
          { label: t.columns.place, value: (s) => s.place || t.default },
        ]}
      />
    </div>
  );
}
