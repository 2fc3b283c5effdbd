import { Autocomplete, MultiSelect, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { projectsQuery, sessionQuery } from "../api/queries";
import type { Config } from "../api/types";
import { text } from "../text";

interface Choice<T> {
  value: T;
  onChange: (value: T) => void;
  error?: string;
}

/** The image: one of the configured ones, or any where the configuration allows it. */
export function ImageField({
  config,
  interactive,
  value,
  onChange,
  error,
}: Choice<string> & { config: Config; interactive: boolean }) {
  const all = config.images ?? [];
  const fit = all.filter((image) => image.interactive === interactive);
  const images = fit.length > 0 ? fit : all; // any image does for a terminal
  if (config.allow_user_images) {
    return (
      <Autocomplete
        label={text.form.image}
        description={text.form.imageFree}
        error={error}
        data={[...new Set(images.map((image) => image.url))]}
        value={value}
        onChange={onChange}
      />
    );
  }
  const known = new Map(images.map((image) => [image.url, label(image)]));
  if (value && !known.has(value)) known.set(value, value); // of a task that is run again
  return (
    <Select
      label={text.form.image}
      description={text.form.imageHelp}
      error={error}
      searchable
      allowDeselect={false}
      data={[...known].map(([url, name]) => ({ value: url, label: name }))}
      value={value || null}
      onChange={(url) => onChange(url ?? "")}
    />
  );
}

function label(image: { name: string; url: string }): string {
  return image.name && image.name !== image.url ? `${image.name} (${image.url})` : image.url;
}

/** The project whose quota the task counts against. */
export function ProjectField({ value, onChange, error }: Choice<string>) {
  const user = useQuery(sessionQuery).data?.id ?? "";
  const projects = useQuery({ ...projectsQuery(user), enabled: user !== "" });
  const names = new Set(["default", value, ...(projects.data ?? []).map((project) => project.id)]);
  return (
    <Select
      label={text.form.project}
      error={error}
      searchable
      allowDeselect={false}
      data={[...names].filter(Boolean)}
      value={value}
      onChange={(project) => onChange(project ?? "default")}
    />
  );
}

/** The folders to mount, each with what may be done with it. */
export function VolumesField({ config, value, onChange, error }: Choice<string[]> & { config: Config }) {
  const data = (config.volumes ?? []).map(({ name, acl }) => ({
    value: name,
    label: `${name} (${acl === "rw" ? text.form.write : text.form.read})`,
  }));
  for (const name of value) if (!data.some((v) => v.value === name)) data.push({ value: name, label: name });
  if (data.length === 0) return null;
  return (
    <MultiSelect
      label={text.form.volumes}
      description={text.form.volumesHelp}
      error={error}
      searchable
      clearable
      data={data}
      value={value}
      onChange={onChange}
    />
  );
}
