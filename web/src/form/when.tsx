import { Checkbox, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import { text } from "../text";
import type { Draft } from "./draft";
import css from "./form.module.css";
import { countOf, rangeOf, someOf } from "./range";

interface Props {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  errors: Partial<Record<keyof Draft, string>>;
}

/** How often the script runs, after what, and who hears of it. */
export function WhenFields({ draft, set, errors }: Props) {
  return (
    <section className={`panel ${css.section}`} aria-label={text.form.sections.how}>
      <div className={css.halves}>
        <div hidden={draft.interactive}>
          <TextInput
            label={text.form.array}
            description={text.form.arrayHelp}
            placeholder={text.form.arrayPlaceholder}
            error={errors.array}
            value={draft.array}
            onChange={(e) => set({ array: e.currentTarget.value })}
          />
          <Text fz={13} c="dimmed" mt={6} mih={20} role="status" className="numbers">
            {errors.array && !rangeOf(draft.array) ? "" : preview(draft.array)}
          </Text>
        </div>
        <TextInput
          label={text.form.after}
          description={text.form.afterHelp}
          placeholder={text.form.afterPlaceholder}
          error={errors.after}
          value={draft.after}
          onChange={(e) => set({ after: e.currentTarget.value })}
        />
      </div>
      <Email value={draft.email} onChange={(email) => set({ email })} error={errors.email} />
    </section>
  );
}

/** How many elements an array has and which, as it is typed. */
function preview(values: string): string {
  if (values.trim() === "") return "";
  const range = rangeOf(values);
  if (!range) return text.form.arrayForm;
  const { first, last } = someOf(range);
  const shown = first.join(", ") + (last === undefined ? "" : `, … ${last}`);
  return text.form.elements(countOf(range), shown, range.parallel);
}

interface EmailProps {
  value: boolean;
  onChange: (on: boolean) => void;
  error?: string;
}

function Email({ value, onChange, error }: EmailProps) {
  const address = useQuery(sessionQuery).data?.email;
  return (
    <Checkbox
      label={text.form.email}
      description={address ? text.form.emailHelp(address) : text.form.noEmail}
      disabled={!address && !value}
      error={error}
      aria-invalid={error ? true : undefined}
      checked={value}
      onChange={(e) => onChange(e.currentTarget.checked)}
    />
  );
}
