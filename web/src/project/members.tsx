import { Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import type { Project } from "../api/types";
import { sentence } from "../format";
import { Box } from "../me/box";
import meCss from "../me/me.module.css";
import { text } from "../text";
import css from "./project.module.css";
import { projectQuery, projectsKey } from "./queries";

interface Props {
  project: Project;
  may: boolean; // add and take away members
  admin: boolean;
}

/** Who is in a project, and who leads it. */
export function Members({ project, may, admin }: Props) {
  const [name, setName] = useState("");
  const change = useChange(project);
  const members = project.members ?? [];
  const leaders = project.leaders ?? [];
  const add = (event: FormEvent) => {
    event.preventDefault();
    const fresh = name.split(/[\s,]+/).filter(Boolean);
    if (fresh.length > 0 && !change.isPending)
      change.mutate({ members: [...members, ...fresh] }, { onSuccess: () => setName("") });
  };
  const wrong =
    change.error instanceof Problem
      ? sentence(change.error.fields.map(({ message }) => message).join("; ") || words(change.error))
      : change.error && words(change.error);
  const sorted = [...members].sort(
    (a, b) => Number(leaders.includes(b)) - Number(leaders.includes(a)) || a.localeCompare(b),
  );
  return (
    <Box
      title={text.project.members(members.length)}
      help={may ? text.project.membersMay : text.project.membersHelp}
    >
      {members.length === 0 ? (
        <p className={meCss.none}>{text.project.nobody}</p>
      ) : (
        <ul className={css.people} aria-label={text.project.members(members.length)}>
          {sorted.map((member) => {
            const leader = leaders.includes(member);
            return (
              <li key={member} className={css.person}>
                <span className={css.who}>
                  <span className="cut">{member}</span>
                  {leader && <span className={meCss.this}>{text.project.leads}</span>}
                </span>
                <Group gap={6} wrap="nowrap">
                  {admin && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={leader ? text.project.leadNoMore(member) : text.project.letLead(member)}
                      onClick={() =>
                        change.mutate({
                          leaders: leader ? leaders.filter((l) => l !== member) : [...leaders, member],
                        })
                      }
                    >
                      {leader ? text.project.unlead : text.project.lead}
                    </Button>
                  )}
                  {may && (admin || !leader) && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={text.me.removeOf(member)}
                      onClick={() => change.mutate({ members: members.filter((m) => m !== member) })}
                    >
                      {text.me.remove}
                    </Button>
                  )}
                </Group>
              </li>
            );
          })}
        </ul>
      )}
      {may && (
        <form className={css.addMember} onSubmit={add} noValidate>
          <TextInput
            label={text.project.addMember}
            placeholder={text.project.addPlaceholder}
            error={wrong || undefined}
            value={name}
            onChange={(e) => {
              setName(e.currentTarget.value);
              change.reset();
            }}
          />
          <Button type="submit" variant="default" loading={change.isPending}>
            {text.project.addButton}
          </Button>
        </form>
      )}
      {!may && wrong && <p role="alert">{wrong}</p>}
    </Box>
  );
}

function useChange(project: Project) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { members?: string[]; leaders?: string[] }) =>
      want(client.POST("/project/{id}", { params: { path: { id: project.id } }, body })),
    onSuccess: (saved) => {
      queries.setQueryData(projectQuery(project.id).queryKey, saved as Project);
      void queries.invalidateQueries({ queryKey: projectsKey });
    },
  });
}
