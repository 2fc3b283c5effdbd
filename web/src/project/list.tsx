import { Button, Skeleton, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { sessionQuery } from "../api/queries";
import type { Project } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Failure, Notice } from "../ui/notice";
import { useTitle } from "../ui/title";
import css from "./project.module.css";
import { allProjectsQuery } from "./queries";

/** The projects that one is in; administrators see all. */
export function Projects() {
  useTitle(text.project.title);
  const admin = useQuery(sessionQuery).data?.admin ?? false;
  const projects = useQuery(allProjectsQuery);
  const [words, setWords] = useState("");
  const named = (projects.data ?? []).filter(({ id }) => id !== "default");
  const shown = named.filter(({ id, description }) =>
    `${id} ${description}`.toLowerCase().includes(words.trim().toLowerCase()),
  );
  return (
    <>
      <div className={css.head}>
        <Title order={1} size="h2">
          {text.project.title}
        </Title>
        {admin && (
          <Button
            leftSection={<Icon name="plus" />}
            renderRoot={(props) => <Link to="/projects/new" {...props} />}
          >
            {text.project.add}
          </Button>
        )}
      </div>
      {projects.isPending && <Skeleton height={160} radius="md" />}
      {projects.isError && !projects.data && (
        <Failure error={projects.error} retry={() => void projects.refetch()} />
      )}
      {projects.data && named.length === 0 && (
        <div className="panel">
          <Notice title={text.project.none}>{admin ? text.project.noneAdmin : text.project.noneHelp}</Notice>
        </div>
      )}
      {named.length > 6 && (
        <TextInput
          className={css.search}
          aria-label={text.project.search}
          placeholder={text.project.search}
          leftSection={<Icon name="search" size={16} />}
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
      )}
      {named.length > 0 && (
        <ul className={css.cards} aria-label={text.project.title}>
          {shown.map((project) => (
            <Card key={project.id} project={project} />
          ))}
        </ul>
      )}
    </>
  );
}

function Card({ project }: { project: Project }) {
  const members = (project.members ?? []).length;
  return (
    <li className={`panel ${css.card}`}>
      <h2 className={css.cardName}>
        <Link to="/projects/$id" params={{ id: project.id }}>
          {project.id}
        </Link>
      </h2>
      <p className={css.description}>{project.description || text.project.noDescription}</p>
      <p className={css.foot}>
        <span>{text.project.count(members)}</span>
        {(project.volumes ?? []).length > 0 && (
          <span>{text.project.volumeCount((project.volumes ?? []).length)}</span>
        )}
      </p>
    </li>
  );
}
