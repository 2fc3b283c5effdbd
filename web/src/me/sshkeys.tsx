import { Button, Group, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { keys } from "../api/queries";
import type { User } from "../api/types";
import { sentence } from "../format";
import { text } from "../text";
import { Box } from "./box";
import css from "./me.module.css";
import { keyOf, problemOfKey } from "./sshkey";

/** The ssh keys that one logs in to tasks with. */
export function SSHKeys({ user }: { user: User }) {
  const queries = useQueryClient();
  const [pasted, setPasted] = useState("");
  const [wrong, setWrong] = useState("");
  const lines = (user.credentials.public ?? "").split("\n").filter(Boolean);
  const save = useMutation({
    mutationFn: (all: string[]) =>
      want(
        client.PUT("/user/{id}", {
          params: { path: { id: user.id } },
          body: { credentials: { public: all.join("\n") } },
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(keys.session, saved);
      setPasted("");
    },
  });
  const add = (event: FormEvent) => {
    event.preventDefault();
    const fresh = pasted
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const found =
      fresh.length === 0 ? text.me.ssh.empty : fresh.map((line) => problemOfKey(line, lines)).find(Boolean);
    setWrong(found ?? "");
    if (!found && !save.isPending) save.mutate([...lines, ...fresh]);
  };
  const refused =
    save.error instanceof Problem
      ? sentence(save.error.fields.map(({ message }) => message).join(" ") || words(save.error))
      : save.error && words(save.error);
  return (
    <Box title={text.me.ssh.title} help={text.me.ssh.help}>
      {lines.length === 0 ? (
        <p className={css.none}>{text.me.ssh.none}</p>
      ) : (
        <ul className={css.lines}>
          {lines.map((line) => {
            const key = keyOf(line);
            return (
              <li key={line} className={css.line}>
                <div className={css.what}>
                  <span className={css.name}>{key.comment || text.me.ssh.unnamed}</span>
                  <span className={`mono ${css.long}`}>
                    {key.type} {key.short}
                  </span>
                </div>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={text.me.removeOf(key.comment || key.short)}
                  onClick={() => save.mutate(lines.filter((other) => other !== line))}
                >
                  {text.me.remove}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <form className={css.paste} onSubmit={add} noValidate>
        <Textarea
          label={text.me.ssh.paste}
          placeholder={text.me.ssh.pastePlaceholder}
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          classNames={{ input: css.mono }}
          error={wrong || refused || undefined}
          value={pasted}
          onChange={(e) => {
            setPasted(e.currentTarget.value);
            setWrong("");
            save.reset();
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={save.isPending}>
            {text.me.ssh.add}
          </Button>
        </Group>
      </form>
    </Box>
  );
}
