import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./cards.module.css";
import { Icon } from "./icon";

interface SearchProps {
  label: string;
  value: string;
  onChange: (words: string) => void;
}

/** Narrows the cards below it to those with these words. */
export function CardSearch({ label, value, onChange }: SearchProps) {
  return (
    <TextInput
      className={css.search}
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name="search" size={16} />}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}

/** Things that one goes to, side by side. */
export function Cards({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={css.cards} aria-label={label}>
      {children}
    </ul>
  );
}

interface CardProps {
  link: ReactNode; // its name, and where all of the card leads
  about: string;
  foot: ReactNode;
  children?: ReactNode;
}

export function Card({ link, about, foot, children }: CardProps) {
  return (
    <li className={`panel ${css.card}`}>
      <h2 className={css.name}>{link}</h2>
      <p className={css.about}>{about}</p>
      {children}
      <p className={css.foot}>{foot}</p>
    </li>
  );
}
