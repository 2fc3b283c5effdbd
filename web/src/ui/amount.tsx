import { NumberInput } from "@mantine/core";
import { type ClipboardEvent, type ReactNode, useState } from "react";
import { text } from "../text";
import { outside, readNumber } from "./number";

interface Props {
  label: string;
  description?: string;
  placeholder?: string;
  error?: ReactNode;
  min?: number;
  max?: number;
  whole?: boolean; // no fractions
  decimals?: number;
  bare?: boolean; // no arrows
  below?: boolean; // its description stands below it
  value: number | string;
  onChange: (value: number | string) => void;
}

/** A field for a number. It says what is wrong with what was typed or pasted, and does not make another of it. */
export function Amount({ error, min, max, whole, decimals, bare, below, value, onChange, ...rest }: Props) {
  const [strange, setStrange] = useState("");
  const paste = (e: ClipboardEvent) => {
    const pasted = e.clipboardData.getData("text").trim();
    if (/^\d+$/.test(pasted)) return;
    e.preventDefault();
    e.stopPropagation(); // or the field reads it as well, in its own way
    const read = readNumber(pasted);
    const fits = read !== undefined && (!whole || Number.isInteger(read));
    setStrange(fits ? "" : pasted.slice(0, 40));
    if (fits) onChange(read);
  };
  return (
    <NumberInput
      {...rest}
      min={min}
      max={max}
      step={1}
      clampBehavior="none"
      allowDecimal={!whole}
      decimalScale={decimals}
      hideControls={bare}
      inputWrapperOrder={below ? ["label", "input", "description", "error"] : undefined}
      error={(strange && text.amount.strange(strange)) || error || outside(value, min, max)}
      value={value}
      onPasteCapture={paste}
      onChange={(now) => {
        setStrange("");
        onChange(now);
      }}
    />
  );
}
