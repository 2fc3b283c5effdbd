import { Checkbox, Collapse, Select, TagsInput, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect, useId } from "react";
import type { Config } from "../api/types";
import { able } from "../task/executor";
import { text } from "../text";
import { Amount } from "../ui/amount";
import { Icon } from "../ui/icon";
import type { Draft, Placed } from "./draft";
import css from "./form.module.css";

export interface Part {
  config: Config;
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  errors: Placed;
}

interface GroupProps {
  title: string;
  said: string; // what is set in it, for who does not open it
  wrong: boolean;
  children: ReactNode;
}

/** Fields that few people need, folded away; open where something in them is wrong. */
function Group({ title, said, wrong, children }: GroupProps) {
  const [open, fold] = useDisclosure(wrong);
  const id = useId();
  useEffect(() => {
    if (wrong) fold.open();
  }, [wrong, fold.open]);
  return (
    <section className="panel" aria-label={title}>
      <h2 className={css.groupHead}>
        <UnstyledButton className={css.fold} aria-expanded={open} aria-controls={id} onClick={fold.toggle}>
          <span className={css.arrow} data-open={open}>
            <Icon name="down" size={14} />
          </span>
          <span>{title}</span>
          <span className={`${css.said} cut`}>{said}</span>
        </UnstyledButton>
      </h2>
      <Collapse expanded={open} id={id}>
        <div className={css.folded}>{children}</div>
      </Collapse>
    </section>
  );
}

/** The parts of a list that say something. */
function words(...parts: (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(" · ");
}

export function Where({ config, draft, set, errors }: Part) {
  const labels = (config.constraints ?? []).flatMap(({ name, value }) =>
    (value ?? []).map((v) => `${name}==${v}`),
  );
  const executors = config.executors ?? [];
  const t = text.form;
  return (
    <Group
      title={t.groups.where}
      wrong={Boolean(
        errors.labels ||
          errors.executor ||
          errors.lifespan ||
          errors.warn ||
          errors.idle ||
          errors.idleAction ||
          errors.retry ||
          errors.nice,
      )}
      said={words(
        draft.labels.join(", "),
        draft.executor,
        draft.lifespan && t.atMost(draft.lifespan),
        draft.interactive && draft.idleAction === "none" && t.idle.never,
        draft.interactive && draft.idle && t.idle.after(draft.idle),
        draft.retry !== "" && t.retries(Number(draft.retry)),
        Number(draft.nice) > 0 && `${t.nice} ${draft.nice}`,
      )}
    >
      {(labels.length > 0 || draft.labels.length > 0) && (
        <TagsInput
          label={t.labels}
          description={t.labelsHelp}
          error={errors.labels}
          data={labels}
          value={draft.labels}
          onChange={(value) => set({ labels: value })}
        />
      )}
      {(executors.length > 1 || draft.executor) && (
        <Select
          label={t.executor}
          description={t.executorHelp}
          error={errors.executor}
          clearable
          data={[...new Set([...executors, ...(draft.executor ? [draft.executor] : [])])]}
          value={draft.executor || null}
          onChange={(executor) => set({ executor: executor ?? "" })}
        />
      )}
      <div className={css.halves}>
        <TextInput
          label={t.lifespan}
          description={t.lifespanHelp}
          placeholder={t.lifespanPlaceholder}
          error={errors.lifespan}
          value={draft.lifespan}
          onChange={(e) => set({ lifespan: e.currentTarget.value })}
        />
        <TextInput
          label={t.warn}
          description={t.warnHelp}
          placeholder={t.warnPlaceholder}
          error={errors.warn}
          value={draft.warn}
          onChange={(e) => set({ warn: e.currentTarget.value })}
        />
        {draft.interactive && <Idle config={config} draft={draft} set={set} errors={errors} />}
        <Amount
          label={t.retry}
          description={t.retryHelp}
          min={0}
          max={20}
          whole
          error={errors.retry}
          value={draft.retry}
          onChange={(retry) => set({ retry })}
        />
        <Amount
          label={t.nice}
          description={t.niceHelp}
          min={0}
          max={100}
          whole
          error={errors.nice}
          value={draft.nice}
          onChange={(nice) => set({ nice })}
        />
      </div>
    </Group>
  );
}

/** What becomes of a session in which nothing happens. */
function Idle({ config, draft, set, errors }: Part) {
  const t = text.form.idle;
  const { after = "", action = "", max = "" } = config.idle ?? {};
  const said = action === "none" ? "suspend" : action; // for a task that says when
  const site = (draft.idle ? said : after ? action : "none") as keyof typeof t.actions;
  const own = Object.entries(t.actions).filter(
    ([value]) => value !== "none" || !max || draft.idleAction === value,
  );
  return (
    <>
      <TextInput
        label={t.label}
        description={t.help(action === "none" ? "" : after, max)}
        placeholder={after || t.placeholder}
        disabled={draft.idleAction === "none"}
        error={errors.idle}
        value={draft.idle}
        onChange={(e) => set({ idle: e.currentTarget.value })}
      />
      <Select
        label={t.action}
        description={t.actionHelp}
        allowDeselect={false}
        error={errors.idleAction}
        data={[
          { value: "", label: t.site(t.actions[site]) },
          ...own.map(([value, label]) => ({ value, label })),
        ]}
        value={draft.idleAction}
        onChange={(idleAction) =>
          set({ idleAction: idleAction ?? "", ...(idleAction === "none" && { idle: "" }) })
        }
      />
    </>
  );
}

export function Data({ config, draft, set, errors }: Part) {
  const t = text.form;
  return (
    <Group
      title={t.groups.data}
      wrong={Boolean(errors.env || errors.uris || errors.tmp)}
      said={words(
        draft.env.length > 0 && t.variables(draft.env.length),
        draft.uris.length > 0 && t.filesFetched(draft.uris.length),
        draft.tmp && `/tmp-data ${draft.tmp}`,
      )}
    >
      <TagsInput
        label={t.env}
        description={t.envHelp}
        placeholder={t.envPlaceholder}
        splitChars={[]}
        error={errors.env}
        value={draft.env}
        onChange={(env) => set({ env })}
      />
      <TagsInput
        label={t.uris}
        description={t.urisHelp}
        placeholder={t.urisPlaceholder}
        splitChars={[" "]}
        error={errors.uris}
        value={draft.uris}
        onChange={(uris) => set({ uris })}
      />
      {(draft.tmp || able(config, draft.executor, "tmpstorage") !== false) && (
        <TextInput
          label={t.tmp}
          description={t.tmpHelp}
          placeholder={t.tmpPlaceholder}
          error={errors.tmp}
          value={draft.tmp}
          onChange={(e) => set({ tmp: e.currentTarget.value })}
        />
      )}
    </Group>
  );
}

export function Inside({ config, draft, set, errors }: Part) {
  const t = text.form;
  return (
    <Group
      title={t.groups.container}
      wrong={Boolean(errors.ports || errors.network || errors.root || errors.pull)}
      said={words(
        draft.ports.length > 0 && `${t.ports} ${draft.ports.join(", ")}`,
        !draft.network && t.networkOff,
        draft.root && t.root,
        draft.pull,
      )}
    >
      <TagsInput
        label={t.ports}
        description={t.portsHelp}
        placeholder={t.portsPlaceholder}
        error={errors.ports}
        value={draft.ports}
        onChange={(ports) => set({ ports })}
      />
      <Checkbox
        label={t.network}
        description={t.networkHelp}
        error={errors.network}
        checked={draft.network}
        onChange={(e) => set({ network: e.currentTarget.checked })}
      />
      {(config.allow_root || draft.root) && (
        <Checkbox
          label={t.root}
          description={t.rootHelp}
          error={errors.root}
          checked={draft.root}
          onChange={(e) => set({ root: e.currentTarget.checked })}
        />
      )}
      <Select
        label={t.pull}
        error={errors.pull}
        data={Object.entries(t.pulls).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        value={draft.pull}
        onChange={(pull) => set({ pull: pull ?? "" })}
      />
    </Group>
  );
}

export function About({ draft, set, errors }: Part) {
  const t = text.form;
  return (
    <Group
      title={t.groups.about}
      wrong={Boolean(errors.tags || errors.description)}
      said={words(draft.tags.join(", "), draft.description.split("\n")[0])}
    >
      <TagsInput
        label={t.tags}
        description={t.tagsHelp}
        error={errors.tags}
        value={draft.tags}
        onChange={(tags) => set({ tags })}
      />
      <Textarea
        label={t.description}
        autosize
        minRows={2}
        maxRows={8}
        error={errors.description}
        value={draft.description}
        onChange={(e) => set({ description: e.currentTarget.value })}
      />
    </Group>
  );
}
