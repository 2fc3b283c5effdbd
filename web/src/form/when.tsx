import { Checkbox, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import { text } from "../text";
import { AfterField } from "./after";
import type { Draft, Placed } from "./draft";
import css from "./form.module.css";
import { countOf, isTooMany, rangeOf, someOf } from "./range";

interface Props {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  errors: Placed;
}

/** How often the script runs, after what, and who hears of it. */
export function WhenFields({ draft, set, errors }: Props) {
  return (
    <section className={`panel ${css.section}`} aria-label={text.form.sections.how}>
      <div hidden={draft.interactive}>
        <ArrayField value={draft.array} onChange={(array) => set({ array })} error={errors.array} />
      </div>
      <AfterField value={draft.after} onChange={(after) => set({ after })} error={errors.after} />
      <Email value={draft.email} onChange={(email) => set({ email })} error={errors.email} />
    </section>
  );
}

interface ArrayProps {
  value: string;
  onChange: (values: string) => void;
  error?: string;
}

/** The values that the script runs for, and which they are. */
export function ArrayField({ value, onChange, error }: ArrayProps) {
  return (
    <div>
      <TextInput
        label={text.form.array}
        description={text.form.arrayHelp}
        placeholder={text.form.arrayPlaceholder}
        error={error}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
      <Text fz={13} c="dimmed" mt={6} mih={20} role="status" className="numbers">
        {error && !rangeOf(value) ? "" : preview(value)}
      </Text>
    </div>
  );
}

/** How many elements an array has and which, as it is typed. */
function preview(values: string): string {
  if (values.trim() === "") return "";
  const range = rangeOf(values);
  if (!range) return isTooMany(values) ? text.form.arrayMost : text.form.arrayForm;
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
