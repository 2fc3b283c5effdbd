import { Button, Group, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { client, want } from "../api/client";
import { sessionQuery } from "../api/queries";
import type { Project, User } from "../api/types";
import { Box } from "../me/box";
import meCss from "../me/me.module.css";
import { text } from "../text";
import { Unavailable } from "../ui/notice";
import { Back, Head } from "../ui/screen";
import { Sure } from "../ui/sure";
import { useTitle } from "../ui/title";
import { Members } from "./members";
import css from "./project.module.css";
import { projectQuery, projectsKey, projectUsageQuery } from "./queries";
import { quotasOf } from "./quota";
import { Quotas } from "./quotas";
import { Use } from "./use";

/** One project: who is in it, what it may use, and who used it. */
export function ProjectPage({ id }: { id: string }) {
  useTitle(id);
  const project = useQuery(projectQuery(id));
  const user = useQuery(sessionQuery).data;
  if (project.data && user) return <Shown project={project.data} user={user} />;
  if (project.isError) return <Unavailable query={project} {...text.project.gone} />;
  return <Skeleton height={320} radius="md" />;
}

function Shown({ project, user }: { project: Project; user: User }) {
  const days = useQuery(projectUsageQuery(project.id));
  const leads = (project.leaders ?? []).includes(user.id);
  return (
    <>
      <Back to="/projects">{text.project.all}</Back>
      <Head title={project.id} about={project.description}>
        <Group gap="xs">
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/" search={{ project: project.id }} {...props} />}
          >
            {text.project.tasks}
          </Button>
          {user.admin && <Administer project={project} />}
        </Group>
      </Head>
      <div className={css.columns}>
        <Stack gap="md" miw={0}>
          <Box
            title={text.project.use}
            help={user.admin || leads ? text.project.useHelp : text.project.useMine}
          >
            <Use id={project.id} />
          </Box>
          <Members project={project} may={user.admin || leads} admin={user.admin} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Box title={text.project.quotas} help={text.me.quotasHelp}>
            {days.isPending ? (
              <Skeleton height={100} />
            ) : (
              <Quotas quotas={quotasOf(project, project.disk, days.data ?? [])} limits={project} />
            )}
          </Box>
          <Box title={text.form.volumes} help={text.project.volumesHelp}>
            <Volumes project={project} />
          </Box>
        </Stack>
      </div>
    </>
  );
}

function Volumes({ project }: { project: Project }) {
  const volumes = project.volumes ?? [];
  if (volumes.length === 0) return <p className={meCss.none}>{text.project.noVolumes}</p>;
  return (
    <ul className={meCss.lines}>
      {volumes.map(({ name, acl, path, mount }) => (
        <li key={name} className={meCss.line}>
          <div className={meCss.what}>
            <span className={meCss.name}>{name}</span>
            <span className={`mono ${meCss.long}`}>{mount || path}</span>
          </div>
          <span className={css.acl}>{acl === "rw" ? text.form.write : text.form.read}</span>
        </li>
      ))}
    </ul>
  );
}

function Administer({ project }: { project: Project }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => want(client.DELETE("/project/{id}", { params: { path: { id: project.id } } })),
    onSuccess: async () => {
      await navigate({ to: "/projects" });
      void queries.invalidateQueries({ queryKey: projectsKey });
    },
  });
  return (
    <>
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/projects/$id/edit" params={{ id: project.id }} {...props} />}
      >
        {text.project.edit}
      </Button>
      <Sure
        button={(ask) => (
          <Button variant="default" c="var(--gd-bad)" onClick={ask}>
            {text.me.remove}
          </Button>
        )}
        act={remove}
        title={text.project.removeTitle(project.id)}
        cancel={text.me.keep}
        confirm={text.me.remove}
        danger
      >
        {text.project.removeHelp}
      </Sure>
    </>
  );
}
