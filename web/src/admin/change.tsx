import { Button, Group, Modal, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { admin as text } from "../text/admin";
import { Amount as Field } from "../ui/amount";
import { Ask } from "../ui/ask";
import { Trouble } from "../ui/trouble";
import css from "./admin.module.css";
import { type Person, usersQuery } from "./queries";

const t = text.user;

// Each field of a form for amounts: its name on the wire, and what one of its units is there.
const quotas = [
  { name: "quota_cpu", label: t.cpu, unit: 3600 },
  { name: "quota_ram", label: t.ram, unit: 3600 },
  { name: "quota_gpu", label: t.gpu, unit: 3600 },
  { name: "quota_time", label: t.time, unit: 3600 },
  { name: "quota_disk", label: t.disk, unit: 1e9 },
] as const;
const limits = [
  { name: "max_running", label: t.running, unit: 1 },
  { name: "max_running_cpu", label: t.runningCPU, unit: 1 },
  { name: "max_running_ram", label: t.runningRAM, unit: 1 },
  { name: "max_running_gpus", label: t.runningGPUs, unit: 1 },
] as const;
type Amount = (typeof quotas)[number]["name"] | (typeof limits)[number]["name"];

/** What an administrator may change of a person. */
export function Change({ user, close }: { user: Person; close: () => void }) {
  const [active, setActive] = useState(user.active);
  const [admin, setAdmin] = useState(user.admin);
  const [email, setEmail] = useState(user.email);
  const [prio, setPrio] = useState<number | string>(user.usage.prio);
  const [amounts, setAmounts] = useState<Partial<Record<Amount, number>>>({});
  const [asked, ask] = useState<"reset" | "logout">();
  const save = useSave(user.id, close);
  const wrong = (field: string) =>
    save.error instanceof Problem
      ? save.error.fields.find((f) => f.field === field || f.field.endsWith(`.${field}`))?.message
      : undefined;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    save.mutate({
      ...(active !== user.active && { active }),
      ...(admin !== user.admin && { admin }),
      ...(email !== user.email && { email }),
      usage: { ...(Number(prio) !== user.usage.prio && { prio: Number(prio) }), ...amounts },
    });
  };
  const known = save.error instanceof Problem && save.error.fields.length > 0;
  const amount = ({ name, label, unit }: { name: Amount; label: string; unit: number }) => (
    <Field
      key={name}
      label={label}
      min={0}
      decimals={2}
      error={wrong(name)}
      value={(amounts[name] ?? user.usage[name]) / unit}
      onChange={(value) =>
        setAmounts({ ...amounts, [name]: unit === 1 ? Number(value) : Math.round(Number(value) * unit) })
      }
    />
  );
  return (
    <Modal
      opened
      onClose={close}
      title={t.title(user.id)}
      size="lg"
      closeButtonProps={{ "aria-label": t.cancel }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Switch
            data-autofocus
            label={t.active}
            description={t.activeHelp}
            checked={active}
            onChange={(e) => setActive(e.currentTarget.checked)}
          />
          <Switch
            label={t.admin}
            description={t.adminHelp}
            checked={admin}
            onChange={(e) => setAdmin(e.currentTarget.checked)}
          />
          <Group grow align="flex-start">
            <TextInput
              label={t.email}
              value={email}
              error={wrong("email")}
              onChange={(e) => setEmail(e.currentTarget.value)}
            />
            <Field
              label={t.prio}
              description={t.prioHelp}
              below
              min={0}
              max={100}
              whole
              value={prio}
              error={wrong("prio")}
              onChange={setPrio}
            />
          </Group>
          <fieldset className={css.fields}>
            <legend>
              {t.quotas} <small>{t.zero}</small>
            </legend>
            {quotas.map(amount)}
          </fieldset>
          <fieldset className={css.fields}>
            <legend>
              {t.limits} <small>{t.zero}</small>
            </legend>
            {limits.map(amount)}
          </fieldset>
          {save.isError && !known && <Trouble>{words(save.error)}</Trouble>}
          <Group justify="space-between">
            <Group gap="xs">
              <Button variant="subtle" color="gray" onClick={() => ask("reset")}>
                {t.reset}
              </Button>
              <Button variant="subtle" color="gray" onClick={() => ask("logout")}>
                {t.logOut}
              </Button>
            </Group>
            <Group>
              <Button variant="default" onClick={close}>
                {t.cancel}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t.save}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
      {asked && <Sure what={asked} user={user.id} close={() => ask(undefined)} />}
    </Modal>
  );
}

function useSave(id: string, close: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: {
      active?: boolean;
      admin?: boolean;
      email?: string;
      usage: { prio?: number } & Partial<Record<Amount, number>>;
    }) => want(client.PUT("/user/{id}", { params: { path: { id } }, body })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: usersQuery.queryKey });
      close();
    },
  });
}

function Sure({ what, user, close }: { what: "reset" | "logout"; user: string; close: () => void }) {
  const queries = useQueryClient();
  const params = { path: { id: user } };
  const act = useMutation<unknown>({
    mutationFn: () =>
      what === "reset"
        ? want(client.DELETE("/user/{id}/quota", { params }))
        : want(client.DELETE("/user/{id}/session", { params })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: usersQuery.queryKey });
      close();
    },
  });
  return (
    <Ask
      open
      close={close}
      title={what === "reset" ? t.resetTitle(user) : t.logOutTitle(user)}
      cancel={t.keep}
      confirm={what === "reset" ? t.resetConfirm : t.logOutConfirm}
      busy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate()}
    >
      {what === "reset" ? t.resetBody : t.logOutBody}
    </Ask>
  );
}
