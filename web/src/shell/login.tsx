import { Button, Group, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { keys, sessionQuery } from "../api/queries";
import { text } from "../text";
import { useTitle } from "../ui/title";
import { Trouble } from "../ui/trouble";
import css from "./app.module.css";
import { Logo } from "./logo";

export function Login() {
  useTitle(text.login.title);
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const login = useLogin();
  const queries = useQueryClient();
  const [ended] = useState(() => queries.getQueryData(keys.ended) === true);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!login.isPending) login.mutate({ user: user.trim(), password });
  };

  return (
    <main className={css.login}>
      <form className={`panel ${css.card}`} onSubmit={submit}>
        <Stack gap="md">
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <Logo size={34} />
            <div>
              <Title order={1} size="h3">
                {text.name}
              </Title>
              <Text size="sm" c="dimmed">
                {text.login.lead}
              </Text>
            </div>
          </Group>
          {ended && !login.isError && (
            <Text size="sm" role="status">
              {text.login.ended}
            </Text>
          )}
          {login.isError && <Trouble>{sentence(login.error)}</Trouble>}
          <TextInput
            label={text.login.user}
            name="user"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            withAsterisk={false}
            value={user}
            onChange={(e) => setUser(e.currentTarget.value)}
          />
          <PasswordInput
            label={text.login.password}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
          <Button type="submit" loading={login.isPending} mt="xs">
            {text.login.submit}
          </Button>
        </Stack>
      </form>
    </main>
  );
}

function useLogin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { user: string; password: string }) => {
      await want(client.POST("/authenticate", { body }));
      queries.removeQueries({ queryKey: keys.ended });
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    },
  });
}

function sentence(err: unknown): string {
  return err instanceof Problem && err.status === 401 ? text.login.wrong : words(err);
}
