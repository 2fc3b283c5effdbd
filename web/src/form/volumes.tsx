import { Checkbox, SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { projectsQuery, sessionQuery } from "../api/queries";
import type { Config } from "../api/types";
import { text } from "../text";
import { type Choice, type Mount, volumesOf } from "./draft";
import css from "./form.module.css";

interface Props {
  config: Config;
  project: string;
  root: boolean;
  value: Mount[];
  onChange: (value: Mount[]) => void;
  error?: string;
}

/** The folders to mount: where each is, whose it is, and what the task may do with it. */
export function VolumesField({ config, project, root, value, onChange, error }: Props) {
  const user = useQuery(sessionQuery).data?.id ?? "";
  const projects = useQuery({ ...projectsQuery(user), enabled: user !== "" }).data ?? [];
  const choices = volumesOf(
    config,
    projects.find(({ id }) => id === project),
  );
  for (const { name, acl } of value)
    if (!choices.some((v) => v.name === name)) choices.push({ name, acl, mount: "", project: "" });
  if (choices.length === 0 && !error) return null;
  const set = (name: string, acl: "ro" | "rw" | undefined) => {
    const others = value.filter((v) => v.name !== name);
    onChange(acl ? [...others, { name, acl }] : others);
  };
  return (
    <fieldset className={css.fieldset} aria-invalid={error ? true : undefined}>
      <legend className={css.legend}>{text.form.volumes}</legend>
      <Text fz={13} c="dimmed" mb={8}>
        {root ? text.form.volumesRoot : text.form.volumesHelp}
      </Text>
      <ul className={css.volumes}>
        {choices.map((choice) => (
          <Row
            key={choice.name}
            choice={choice}
            root={root}
            chosen={value.find(({ name }) => name === choice.name)?.acl}
            set={(acl) => set(choice.name, acl)}
          />
        ))}
      </ul>
      {error && (
        <Text fz={13} c="var(--mantine-color-error)" mt={6}>
          {error}
        </Text>
      )}
    </fieldset>
  );
}

interface RowProps {
  choice: Choice;
  root: boolean;
  chosen: "ro" | "rw" | undefined;
  set: (acl: "ro" | "rw" | undefined) => void;
}

function Row({ choice: { name, acl, mount, project }, root, chosen, set }: RowProps) {
  const most = root ? "ro" : acl;
  const who = project
    ? text.form.volumeOf(project)
    : name === "home"
      ? text.form.volumeMine
      : text.form.volumeAll;
  return (
    <li className={css.volume}>
      <Checkbox
        label={name}
        description={
          <>
            {mount && <span className="mono">{mount}</span>} {mount && "· "}
            {who}
          </>
        }
        checked={chosen !== undefined}
        onChange={(e) => set(e.currentTarget.checked ? most : undefined)}
      />
      {most === "rw" ? (
        <SegmentedControl
          size="xs"
          aria-label={text.form.rights(name)}
          disabled={!chosen}
          data={[
            { value: "ro", label: text.form.read },
            { value: "rw", label: text.form.write },
          ]}
          value={chosen ?? most}
          onChange={(value) => set(value === "ro" ? "ro" : "rw")}
        />
      ) : (
        <span className={css.aside}>{text.form.read}</span>
      )}
    </li>
  );
}
