import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { sessionQuery } from "../api/queries";
import type { Project } from "../api/types";
import { text } from "../text";
import { Card, CardSearch, Cards } from "../ui/cards";
import { Icon } from "../ui/icon";
import { Failure, Notice } from "../ui/notice";
import { Head } from "../ui/screen";
import { useTitle } from "../ui/title";
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
      <Head title={text.project.title}>
        {admin && (
          <Button
            leftSection={<Icon name="plus" />}
            renderRoot={(props) => <Link to="/projects/new" {...props} />}
          >
            {text.project.add}
          </Button>
        )}
      </Head>
      {projects.isPending && <Skeleton height={160} radius="md" />}
      {projects.isError && !projects.data && (
        <Failure error={projects.error} retry={() => void projects.refetch()} />
      )}
      {projects.data && named.length === 0 && (
        <div className="panel">
          <Notice title={text.project.none}>{admin ? text.project.noneAdmin : text.project.noneHelp}</Notice>
        </div>
      )}
      {named.length > 6 && <CardSearch label={text.project.search} value={words} onChange={setWords} />}
      {named.length > 0 && (
        <Cards label={text.project.title}>
          {shown.map((project) => (
            <One key={project.id} project={project} />
          ))}
        </Cards>
      )}
    </>
  );
}

function One({ project }: { project: Project }) {
  const members = (project.members ?? []).length;
  const volumes = (project.volumes ?? []).length;
  return (
    <Card
      link={
        <Link to="/projects/$id" params={{ id: project.id }}>
          {project.id}
        </Link>
      }
      about={project.description || text.project.noDescription}
      foot={
        <>
          <span>{text.project.count(members)}</span>
          {volumes > 0 && <span>{text.project.volumeCount(volumes)}</span>}
        </>
      }
    />
  );
}
