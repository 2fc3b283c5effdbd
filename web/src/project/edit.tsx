import { ActionIcon, Button, Group, Select, Skeleton, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import type { Project, ProjectChange } from "../api/types";
import formCss from "../form/form.module.css";
import { sentence } from "../format";
import { text } from "../text";
import { Amount } from "../ui/amount";
import { Icon } from "../ui/icon";
import { Failure } from "../ui/notice";
import { Narrow, Subject } from "../ui/screen";
import { useTitle } from "../ui/title";
import { Trouble } from "../ui/trouble";
import css from "./project.module.css";
import { projectQuery, projectsKey } from "./queries";

/** The screen of administrators that makes a project or changes one. */
export function EditProject({ id }: { id?: string }) {
  const title = id ? text.project.editTitle(id) : text.project.add;
  useTitle(title);
  const project = useQuery({ ...projectQuery(id ?? ""), enabled: id !== undefined });
  return (
    <Narrow title={title}>
      {project.isError && !project.data ? (
        <Failure error={project.error} retry={() => void project.refetch()} />
      ) : id && !project.data ? (
        <Skeleton height={300} radius="md" />
      ) : (
        <Form key={id ?? ""} project={project.data} />
      )}
    </Narrow>
  );
}

const hour = 3600;
const gigabyte = 1e9;

// The numbers of a project in the units that people think in.
const numbers = {
  quota_cpu: hour,
  quota_time: hour,
  quota_ram: hour,
  quota_gpu: hour,
  quota_disk: gigabyte,
  max_running: 1,
  max_running_cpu: 1,
  max_running_ram: 1,
  max_running_gpus: 1,
  prio: 1,
} as const;

type Name = keyof typeof numbers;

function Form({ project }: { project?: Project }) {
  const [id, setID] = useState(project?.id ?? "");
  const [description, setDescription] = useState(project?.description ?? "");
  const [members, setMembers] = useState(project?.members ?? []);
  const [volumes, setVolumes] = useState(
    (project?.volumes ?? []).map((v, key) => ({
      key,
      name: v.name,
      acl: v.acl,
      path: v.path,
      mount: v.mount,
    })),
  );
  const [values, setValues] = useState<Record<Name, number | string>>(
    () =>
      Object.fromEntries(
        (Object.keys(numbers) as Name[]).map((name) => [
          name,
          project ? project[name] / numbers[name] : name === "prio" ? 50 : 0,
        ]),
      ) as Record<Name, number | string>,
  );
  const form = useRef<HTMLFormElement>(null);
  const save = useSave(project);
  const problems = save.error instanceof Problem ? save.error.fields : [];
  const at = (name: string) => {
    const found = problems.filter(({ field }) => field === name || field.startsWith(`${name}.`));
    return found.length > 0 ? sentence(found.map(({ message }) => message).join("; ")) : undefined;
  };
  useEffect(() => {
    if (save.isError) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [save.isError]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    const amounts = Object.fromEntries(
      (Object.keys(numbers) as Name[]).map((name) => [name, (Number(values[name]) || 0) * numbers[name]]),
    );
    const bare = volumes.map(({ name, acl, path, mount }) => ({
      name,
      acl,
      path,
      ...(mount && { mount }),
    }));
    save.mutate({ ...(project ? {} : { id }), description, members, volumes: bare, ...amounts });
  };
  const number = (name: Name) => (
    <Amount
      key={name}
      label={text.project.numbers[name]}
      min={0}
      error={at(name)}
      value={values[name]}
      onChange={(value) => setValues((old) => ({ ...old, [name]: value }))}
    />
  );
  const set = (key: number, part: Partial<(typeof volumes)[number]>) =>
    setVolumes((old) => old.map((v) => (v.key === key ? { ...v, ...part } : v)));
  return (
    <form ref={form} className={formCss.form} onSubmit={submit} noValidate>
      {save.isError && (
        <Trouble title={text.project.refused}>
          {problems.length > 0 ? text.form.seeFields : sentence(words(save.error))}
        </Trouble>
      )}
      <section className={`panel ${formCss.section}`} aria-label={text.project.sections.what}>
        {!project && (
          <TextInput
            label={text.form.name}
            autoFocus
            error={at("id")}
            value={id}
            onChange={(e) => setID(e.currentTarget.value)}
          />
        )}
        <Textarea
          label={text.recipe.description}
          autosize
          minRows={2}
          error={at("description")}
          value={description}
          onChange={(e) => setDescription(e.currentTarget.value)}
        />
        <TagsInput
          label={text.project.membersField}
          description={text.form.tagsHelp}
          splitChars={[",", " "]}
          error={at("members")}
          value={members}
          onChange={(words) => setMembers(words.flatMap((word) => word.split(/[,\s]+/)).filter(Boolean))}
        />
      </section>
      <section className={`panel ${formCss.section}`} aria-label={text.project.quotas}>
        <div>
          <Subject title={text.project.quotas} help={text.project.quotasHelp} />
        </div>
        <div className={css.numbers}>
          {(["quota_cpu", "quota_time", "quota_ram", "quota_gpu", "quota_disk", "prio"] as const).map(number)}
        </div>
        <div>
          <Subject title={text.project.once} />
        </div>
        <div className={css.numbers}>
          {(["max_running", "max_running_cpu", "max_running_ram", "max_running_gpus"] as const).map(number)}
        </div>
      </section>
      <section className={`panel ${formCss.section}`} aria-label={text.form.volumes}>
        <Subject title={text.form.volumes} />
        {volumes.map((volume, i) => (
          <div key={volume.key} className={css.volume}>
            <TextInput
              label={text.form.name}
              error={at(`volumes[${i}]`)}
              value={volume.name}
              onChange={(e) => set(volume.key, { name: e.currentTarget.value })}
            />
            <TextInput
              label={text.project.path}
              placeholder={text.project.pathPlaceholder}
              value={volume.path ?? ""}
              onChange={(e) => set(volume.key, { path: e.currentTarget.value })}
            />
            <TextInput
              label={text.project.mount}
              value={volume.mount ?? ""}
              onChange={(e) => set(volume.key, { mount: e.currentTarget.value })}
            />
            <Select
              label={text.project.rights}
              allowDeselect={false}
              data={[
                { value: "ro", label: text.form.read },
                { value: "rw", label: text.form.write },
              ]}
              value={volume.acl || "ro"}
              onChange={(acl) => set(volume.key, { acl: acl ?? "ro" })}
            />
            <ActionIcon
              className={css.removeVolume}
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={text.me.removeOf(volume.name)}
              onClick={() => setVolumes((old) => old.filter(({ key }) => key !== volume.key))}
            >
              <Icon name="close" />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="default"
            leftSection={<Icon name="plus" />}
            onClick={() =>
              setVolumes((old) => [
                ...old,
                {
                  key: Math.max(-1, ...old.map(({ key }) => key)) + 1,
                  name: "",
                  acl: "ro",
                  path: "",
                  mount: "",
                },
              ])
            }
          >
            {text.project.addVolume}
          </Button>
        </div>
      </section>
      <Group justify="flex-end" className={formCss.buttons}>
        <Button
          variant="default"
          renderRoot={(props) =>
            project ? (
              <Link to="/projects/$id" params={{ id: project.id }} {...props} />
            ) : (
              <Link to="/projects" {...props} />
            )
          }
        >
          {text.form.cancel}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {text.project.saves}
        </Button>
      </Group>
    </form>
  );
}

function useSave(project?: Project) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: ProjectChange) =>
      project
        ? want(client.POST("/project/{id}", { params: { path: { id: project.id } }, body }))
        : want(client.POST("/project", { body })),
    onSuccess: async (saved) => {
      queries.setQueryData(projectQuery(saved.id).queryKey, saved as Project);
      void queries.invalidateQueries({ queryKey: projectsKey });
      await navigate({ to: "/projects/$id", params: { id: saved.id } });
    },
  });
}
