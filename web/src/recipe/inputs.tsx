import { ActionIcon, Button, Checkbox, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useRef } from "react";
import type { FieldError } from "../api/problem";
import type { RecipeInput } from "../api/types";
import formCss from "../form/form.module.css";
import { sentence } from "../format";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Subject } from "../ui/screen";
import css from "./recipe.module.css";

interface Props {
  inputs: RecipeInput[];
  set: (inputs: RecipeInput[]) => void;
  errors: FieldError[];
}

/** What a recipe asks for, one line each. */
export function Inputs({ inputs, set, errors }: Props) {
  const names = useRef(new WeakMap<RecipeInput, number>());
  const count = useRef(0);
  const keyOf = (input: RecipeInput) => {
    const known = names.current.get(input);
    if (known !== undefined) return known;
    names.current.set(input, count.current);
    return count.current++;
  };
  const change = (i: number, part: Partial<RecipeInput>) =>
    set(
      inputs.map((input, at) => {
        if (at !== i) return input;
        const next = { ...input, ...part };
        names.current.set(next, keyOf(input)); // the same line, whatever is in it
        return next;
      }),
    );
  const whole = errors.find(({ field }) => field === "inputs");
  return (
    <section className={`panel ${formCss.section}`} aria-label={text.recipe.sections.inputs}>
      <div>
        <Subject title={text.recipe.sections.inputs} help={text.recipe.inputsHelp} />
        {whole && (
          <p className={css.wrong} role="alert">
            {sentence(whole.message)}
          </p>
        )}
      </div>
      {inputs.length > 0 && (
        <ol className={css.inputs}>
          {inputs.map((input, i) => (
            <li key={keyOf(input)} className={css.input}>
              <Line
                input={input}
                number={i + 1}
                change={(part) => change(i, part)}
                remove={() => set(inputs.filter((_, at) => at !== i))}
                error={(name) => {
                  const found = errors.find(({ field }) => field === `inputs[${i}].${name}`);
                  return found && sentence(found.message);
                }}
              />
            </li>
          ))}
        </ol>
      )}
      <div>
        <Button
          variant="default"
          leftSection={<Icon name="plus" />}
          onClick={() => set([...inputs, { name: "", label: "", kind: "text" } as RecipeInput])}
        >
          {text.recipe.addInput}
        </Button>
      </div>
    </section>
  );
}

interface LineProps {
  input: RecipeInput;
  number: number;
  change: (part: Partial<RecipeInput>) => void;
  remove: () => void;
  error: (name: string) => string | undefined;
}

function Line({ input, number, change, remove, error }: LineProps) {
  const bound = (value: number | string) => (value === "" ? undefined : Number(value)) as number;
  return (
    <fieldset className={css.line}>
      <legend className="unseen">{text.recipe.inputNumber(number)}</legend>
      <TextInput
        label={text.recipe.variable}
        placeholder={text.recipe.variablePlaceholder}
        error={error("name")}
        value={input.name}
        onChange={(e) => change({ name: e.currentTarget.value })}
      />
      <TextInput
        label={text.recipe.label}
        placeholder={text.recipe.labelPlaceholder}
        error={error("label")}
        value={input.label ?? ""}
        onChange={(e) => change({ label: e.currentTarget.value })}
      />
      <Select
        label={text.recipe.kind}
        allowDeselect={false}
        data={Object.entries(text.recipe.kinds).map(([value, label]) => ({ value, label }))}
        error={error("kind")}
        value={input.kind}
        onChange={(kind) => change({ kind: (kind ?? "text") as RecipeInput["kind"] })}
      />
      <ActionIcon
        className={css.remove}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={text.recipe.removeInput(number)}
        onClick={remove}
      >
        <Icon name="close" />
      </ActionIcon>
      {input.kind === "choice" && (
        <TagsInput
          className={css.full}
          label={text.recipe.choices}
          description={text.form.tagsHelp}
          error={error("choices")}
          value={input.choices ?? []}
          onChange={(words) => change({ choices: words.flatMap((word) => word.split(",")).filter(Boolean) })}
        />
      )}
      {input.kind === "number" && (
        <>
          <NumberInput
            label={text.recipe.min}
            error={error("min")}
            value={input.min ?? ""}
            onChange={(min) => change({ min: bound(min) })}
          />
          <NumberInput
            label={text.recipe.max}
            error={error("max")}
            value={input.max ?? ""}
            onChange={(max) => change({ max: bound(max) })}
          />
        </>
      )}
      {input.kind !== "file" && (
        <TextInput
          label={text.recipe.default}
          error={error("default")}
          value={input.default ?? ""}
          onChange={(e) => change({ default: e.currentTarget.value })}
        />
      )}
      <TextInput
        label={text.recipe.help}
        error={error("help")}
        value={input.help ?? ""}
        onChange={(e) => change({ help: e.currentTarget.value })}
      />
      <Checkbox
        className={css.optional}
        label={text.recipe.optional}
        checked={input.optional ?? false}
        onChange={(e) => change({ optional: e.currentTarget.checked })}
      />
    </fieldset>
  );
}
