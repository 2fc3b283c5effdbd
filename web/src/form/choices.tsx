import { Autocomplete, type ComboboxLikeRenderOptionInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { projectsQuery, sessionQuery } from "../api/queries";
import type { Config } from "../api/types";
import { ago } from "../format";
import { text } from "../text";
import css from "./form.module.css";
import { imagesQuery } from "./queries";

interface Choice<T> {
  value: T;
  onChange: (value: T) => void;
  error?: string;
}

interface Known {
  url: string;
  name: string; // "" where it has none of its own
  used: number; // epoch seconds; 0 = not lately
  listed: boolean;
}

/** The images to choose from: the site's, then those that worked before. */
function useImages(config: Config, interactive: boolean): Known[] {
  const all = config.images ?? [];
  const fit = all.filter((image) => image.interactive === interactive);
  const listed = fit.length > 0 ? fit : all; // any image does for a terminal
  const used = useQuery(imagesQuery).data ?? [];
  const site = listed.map(({ name, url }) => ({
    url,
    name: name === url ? "" : name,
    used: used.find((image) => image.url === url)?.date_used ?? 0,
    listed: true,
  }));
  const before = used
    .filter((image) => !image.configured && image.date_used)
    .map(({ url, date_used }) => ({ url, name: "", used: date_used ?? 0, listed: false }))
    .sort((a, b) => b.used - a.used);
  const both = [...site, ...(config.allow_user_images ? before : [])];
  return both.filter(({ url }, i) => both.findIndex((other) => other.url === url) === i);
}

/** The image: one of the configured ones, or any where the configuration allows it. */
export function ImageField({
  config,
  interactive,
  value,
  onChange,
  error,
}: Choice<string> & { config: Config; interactive: boolean }) {
  const images = useImages(config, interactive);
  const known = new Map(images.map((image) => [image.url, image]));
  const renderOption = ({ option }: ComboboxLikeRenderOptionInput<{ value: string; label?: string }>) => (
    <ImageOption url={option.value} image={known.get(option.value)} />
  );
  if (config.allow_user_images) {
    const group = (name: string, some: Known[]) => ({ group: name, items: some.map(({ url }) => url) });
    return (
      <Autocomplete
        label={text.form.image}
        description={text.form.imageFree}
        error={error}
        data={[
          group(
            text.form.imagesSite,
            images.filter((image) => image.listed),
          ),
          group(
            text.form.imagesUsed,
            images.filter((image) => !image.listed),
          ),
        ].filter(({ items }) => items.length > 0)}
        renderOption={renderOption}
        limit={50}
        value={value}
        onChange={onChange}
      />
    );
  }
  const data = images.map(({ url, name }) => ({ value: url, label: name ? `${name} (${url})` : url }));
  if (value && !known.has(value)) data.push({ value, label: value }); // of a task that is run again
  return (
    <Select
      label={text.form.image}
      description={text.form.imageHelp}
      error={error}
      searchable
      allowDeselect={false}
      nothingFoundMessage={text.form.noImage}
      data={data}
      renderOption={renderOption}
      value={value || null}
      onChange={(url) => onChange(url ?? "")}
    />
  );
}

function ImageOption({ url, image }: { url: string; image?: Known }) {
  return (
    <span className={css.option}>
      <span>
        {image?.name && <strong>{image.name} </strong>}
        <span className="mono">{url}</span>
      </span>
      {image && image.used > 0 && (
        <span className={css.aside}>{text.form.worked(ago(image.used, Date.now() / 1000))}</span>
      )}
    </span>
  );
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
