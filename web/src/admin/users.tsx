import { Button, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, want } from "../api/client";
import { words } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { Grid } from "../chart/grid";
import { bytes } from "../format";
import { allProjectsQuery } from "../project/queries";
import { admin as text } from "../text/admin";
import { Ago } from "../ui/clock";
import { Icon } from "../ui/icon";
import { Mark } from "../ui/mark";
import { Failure } from "../ui/notice";
import { Trouble } from "../ui/trouble";
import css from "./admin.module.css";
import { Change } from "./change";
import { type Person, usersQuery } from "./queries";

const t = text.users;

/** Everybody, and what they may. */
export function Users() {
  const users = useQuery(usersQuery);
  const projects = useQuery(allProjectsQuery).data ?? [];
  const me = useQuery(sessionQuery).data?.id;
  const [search, setSearch] = useState("");
  const [changing, setChanging] = useState<Person>();
  const toggle = useToggle();
  if (users.isPending) return <Skeleton height={260} radius="md" />;
  if (users.isError && !users.data) return <Failure error={users.error} retry={() => void users.refetch()} />;
  const wanted = search.toLowerCase().trim();
  const memberships = (user: string) =>
    projects.flatMap((p) => ((p.members ?? []).includes(user) ? [p.id] : [])).join(", ");
  const rows = (users.data ?? []).filter((u) =>
    `${u.id} ${u.email} ${memberships(u.id)}`.toLowerCase().includes(wanted),
  );
  return (
    <div className={css.page}>
      <TextInput
        type="search"
        maw={320}
        aria-label={t.search}
        placeholder={t.search}
        leftSection={<Icon name="search" />}
        value={search}
        onChange={(e) => setSearch(e.currentTarget.value)}
      />
      <div role="status">
        {toggle.data && (
          <p className={`note ${css.done}`} data-tone="good">
            {toggle.data.active ? t.enabledNow(toggle.data.id) : t.disabledNow(toggle.data.id)}
            <Button
              size="compact-sm"
              variant="default"
              loading={toggle.isPending}
              onClick={() => toggle.data && toggle.mutate(toggle.data)}
            >
              {t.undo}
            </Button>
          </p>
        )}
      </div>
      {toggle.isError && <Trouble>{words(toggle.error)}</Trouble>}
      <Grid
        title={text.parts.users}
        rows={rows}
        id={(u) => u.id}
        most={50}
        cards
        empty={t.noMatch}
        columns={[
          {
            label: t.columns.user,
            value: (u) => u.id,
            show: (u) => (
              <span className={css.person}>
                <strong>{u.id}</strong>
                <small>{[u.admin && t.admin, u.type, u.email].filter(Boolean).join(" · ")}</small>
              </span>
            ),
          },
          {
            label: t.columns.state,
            value: (u) => (u.active ? t.active : t.disabled),
            show: (u) => <Mark tone={u.active ? "good" : "calm"}>{u.active ? t.active : t.disabled}</Mark>,
          },
          { label: t.columns.prio, value: (u) => u.usage.prio },
          { label: t.columns.projects, value: (u) => memberships(u.id) || text.none },
          {
            label: t.columns.disk,
            value: (u) => u.usage.disk,
            show: (u) =>
              u.usage.quota_disk > 0
                ? t.of(bytes(u.usage.disk), bytes(u.usage.quota_disk))
                : bytes(u.usage.disk),
          },
          {
            label: t.columns.seen,
            value: (u) => u.last ?? 0,
            show: (u) => (u.last ? <Ago at={u.last} /> : t.never),
          },
          {
            label: t.columns.actions,
            aside: true,
            value: () => 0,
            show: (u) => (
              <span className={css.actions}>
                {u.id !== me && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    aria-label={u.active ? t.disable(u.id) : t.enable(u.id)}
                    onClick={() => toggle.mutate(u)}
                  >
                    {u.active ? t.disableShort : t.enableShort}
                  </Button>
                )}
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t.edit(u.id)}
                  onClick={() => setChanging(u)}
                >
                  {t.editShort}
                </Button>
              </span>
            ),
          },
        ]}
      />
      {changing && <Change user={changing} close={() => setChanging(undefined)} />}
    </div>
  );
}

/** Disables who is active, and activates who is not; doing it again undoes it. */
function useToggle() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: Person) =>
      want(client.PUT("/user/{id}", { params: { path: { id: user.id } }, body: { active: !user.active } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}
