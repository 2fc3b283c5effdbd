import { Button, CopyButton, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import type { Key } from "../api/types";
import { moment, sentence } from "../format";
import { text } from "../text";
import { Buttons } from "../ui/buttons";
import { Ago } from "../ui/clock";
import { Icon } from "../ui/icon";
import { Sure } from "../ui/sure";
import { Trouble } from "../ui/trouble";
import { Box } from "./box";
import { Lines } from "./lines";
import css from "./me.module.css";
import { keysQuery } from "./queries";

/** API keys: what programs log in with. */
export function Keys({ user }: { user: string }) {
  const keys = useQuery(keysQuery(user));
  const [open, dialog] = useDisclosure(false);
  return (
    <Box
      title={text.me.keys.title}
      help={text.me.keys.help}
      action={
        <Button size="sm" variant="default" leftSection={<Icon name="plus" />} onClick={dialog.open}>
          {text.me.keys.add}
        </Button>
      }
    >
      <Add user={user} open={open} close={dialog.close} />
      <Lines query={keys} none={text.me.keys.none}>
        {(key) => <One key={key.id} user={user} item={key} />}
      </Lines>
    </Box>
  );
}

function One({ user, item }: { user: string; item: Key }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      want(client.DELETE("/user/{id}/key/{key}", { params: { path: { id: user, key: String(item.id) } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keysQuery(user).queryKey }),
  });
  const expired = item.expires != null && item.expires * 1000 < Date.now();
  return (
    <li className={css.line}>
      <div className={css.what}>
        <span className={css.name}>{item.name || text.me.keys.unnamed}</span>
        <span className="mono">{item.prefix}</span>
        <span className={css.detail}>
          {(item.scopes ?? []).map((scope) => text.me.keys.scopes[scope as "full"] ?? scope).join(", ")} ·{" "}
          {item.last == null ? text.me.neverUsed : <>{text.me.used} </>}
          {item.last != null && <Ago at={item.last} />} ·{" "}
          <span data-bad={expired || undefined} className={css.expiry}>
            {item.expires == null
              ? text.me.keys.forever
              : expired
                ? text.me.keys.expired(moment(item.expires))
                : text.me.keys.until(moment(item.expires))}
          </span>
        </span>
      </div>
      <Sure
        button={(ask) => (
          <Button size="xs" variant="default" aria-label={text.me.removeOf(item.name)} onClick={ask}>
            {text.me.remove}
          </Button>
        )}
        act={remove}
        title={text.me.keys.removeTitle(item.name)}
        cancel={text.me.keep}
        confirm={text.me.remove}
        danger
      >
        {text.me.keys.removeHelp}
      </Sure>
    </li>
  );
}

interface AddProps {
  user: string;
  open: boolean;
  close: () => void;
}

const day = 24 * 3600;

function Add({ user, open, close }: AddProps) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState("full");
  const [days, setDays] = useState("0");
  const add = useMutation({
    mutationFn: () => {
      const expires = days === "0" ? null : Math.floor(Date.now() / 1000) + Number(days) * day;
      return want(
        client.POST("/user/{id}/key", {
          params: { path: { id: user } },
          body: { name, scopes: [scope], expires: expires as number },
        }),
      );
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: keysQuery(user).queryKey }),
  });
  const done = () => {
    close();
    add.reset();
    setName("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  const wrong =
    add.error instanceof Problem ? add.error.fields.find(({ field }) => field === "name") : undefined;
  return (
    <Modal
      opened={open}
      onClose={done}
      title={text.me.keys.add}
      centered
      closeOnClickOutside={!add.data}
      closeButtonProps={{ "aria-label": text.me.close }}
    >
      {add.data?.key ? (
        <Stack>
          <p className="note" data-tone="warn" role="status">
            {text.me.keys.once}
          </p>
          <code className={css.secret} data-testid="secret">
            {add.data.key}
          </code>
          <Group justify="flex-end">
            <CopyButton value={add.data.key}>
              {({ copied, copy }) => (
                <Button variant="default" leftSection={<Icon name="copy" />} onClick={copy}>
                  {copied ? text.form.beside.copied : text.form.beside.copy}
                </Button>
              )}
            </CopyButton>
            <Button onClick={done}>{text.me.keys.kept}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack>
            {add.isError && !wrong && <Trouble>{words(add.error)}</Trouble>}
            <TextInput
              label={text.me.keys.name}
              placeholder={text.me.keys.namePlaceholder}
              data-autofocus
              error={wrong && sentence(wrong.message)}
              value={name}
              onChange={(e) => setName(e.currentTarget.value)}
            />
            <Select
              label={text.me.keys.scope}
              allowDeselect={false}
              data={Object.entries(text.me.keys.scopeHelp).map(([value, label]) => ({ value, label }))}
              value={scope}
              onChange={(value) => setScope(value ?? "full")}
            />
            <Select
              label={text.me.keys.expiry}
              allowDeselect={false}
              data={Object.entries(text.me.keys.lives).map(([value, label]) => ({ value, label }))}
              value={days}
              onChange={(value) => setDays(value ?? "0")}
            />
            <Buttons close={done} submit={text.me.keys.make} busy={add.isPending} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
