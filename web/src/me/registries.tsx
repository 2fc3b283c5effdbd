import { Button, Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { sentence } from "../format";
import { text } from "../text";
import { Buttons } from "../ui/buttons";
import { Ago } from "../ui/clock";
import { Icon } from "../ui/icon";
import { Trouble } from "../ui/trouble";
import { Box } from "./box";
import { Lines } from "./lines";
import css from "./me.module.css";
import { registriesQuery } from "./queries";

/** Logins for registries, with which private images are fetched. */
export function Registries({ user }: { user: string }) {
  const registries = useQuery(registriesQuery(user));
  const queries = useQueryClient();
  const [open, dialog] = useDisclosure(false);
  const again = () => void queries.invalidateQueries({ queryKey: registriesQuery(user).queryKey });
  const forget = useMutation({
    mutationFn: (registry: string) =>
      want(client.DELETE("/user/{id}/registry/{registry}", { params: { path: { id: user, registry } } })),
    onSuccess: again,
  });
  return (
    <Box
      title={text.me.registry.title}
      help={text.me.registry.help}
      action={
        <Button size="sm" variant="default" leftSection={<Icon name="plus" />} onClick={dialog.open}>
          {text.me.registry.add}
        </Button>
      }
    >
      <Add user={user} open={open} close={dialog.close} added={again} />
      {forget.isError && <Trouble>{words(forget.error)}</Trouble>}
      <Lines query={registries} none={text.me.registry.none}>
        {({ registry, username, date }) => (
          <li key={registry} className={css.line}>
            <div className={css.what}>
              <span className={css.name}>{registry}</span>
              <span className={css.detail}>
                {text.me.registry.as(username)} · {date != null && <Ago at={date} />}
              </span>
            </div>
            <Button
              size="xs"
              variant="default"
              aria-label={text.me.removeOf(registry)}
              loading={forget.isPending && forget.variables === registry}
              onClick={() => forget.mutate(registry)}
            >
              {text.me.remove}
            </Button>
          </li>
        )}
      </Lines>
    </Box>
  );
}

interface AddProps {
  user: string;
  open: boolean;
  close: () => void;
  added: () => void;
}

function Add({ user, open, close, added }: AddProps) {
  const [registry, setRegistry] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const save = useMutation({
    mutationFn: () =>
      want(
        client.PUT("/user/{id}/registry/{registry}", {
          params: { path: { id: user, registry: registry.trim() } },
          body: { username, password },
        }),
      ),
    onSuccess: () => {
      added();
      done();
    },
  });
  const done = () => {
    close();
    setPassword("");
    save.reset();
  };
  const fields = save.error instanceof Problem ? save.error.fields : [];
  const at = (name: string) => {
    const found = fields.find(({ field }) => field === name);
    return found && sentence(found.message);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending && registry.trim()) save.mutate();
  };
  return (
    <Modal
      opened={open}
      onClose={done}
      title={text.me.registry.add}
      centered
      closeButtonProps={{ "aria-label": text.me.close }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {save.isError && fields.length === 0 && <Trouble>{words(save.error)}</Trouble>}
          <TextInput
            label={text.me.registry.address}
            placeholder={text.me.registry.addressPlaceholder}
            data-autofocus
            error={at("registry")}
            value={registry}
            onChange={(e) => setRegistry(e.currentTarget.value)}
          />
          <TextInput
            label={text.me.registry.username}
            autoComplete="off"
            error={at("username")}
            value={username}
            onChange={(e) => setUsername(e.currentTarget.value)}
          />
          <PasswordInput
            label={text.me.registry.password}
            description={text.me.registry.passwordHelp}
            autoComplete="off"
            error={at("password")}
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
          <Buttons close={done} submit={text.me.registry.keep} busy={save.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
