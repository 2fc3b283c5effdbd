import { Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { text } from "../text";
import { Icon } from "./icon";
import css from "./screen.module.css";

/** The way back to where a screen belongs. */
export function Back({ to, children }: { to: "/projects" | "/recipes"; children: ReactNode }) {
  return (
    <nav className={css.back} aria-label={text.task.where}>
      <Link to={to}>
        <Icon name="back" size={14} /> {children}
      </Link>
    </nav>
  );
}

interface HeadProps {
  title: string;
  about?: string;
  children?: ReactNode; // what can be done
}

/** What a screen is called, what it is about, and what can be done there. */
export function Head({ title, about, children }: HeadProps) {
  return (
    <>
      <div className={css.head}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {children}
      </div>
      {about && <p className={css.about}>{about}</p>}
    </>
  );
}

/** A screen with a form, no wider than people read. */
export function Narrow({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={css.narrow}>
      <Title order={1} size="h2" mb="lg">
        {title}
      </Title>
      {children}
    </div>
  );
}

/** What a section of a form is called and is for. */
export function Subject({ title, help }: { title: string; help?: string }) {
  return (
    <>
      <h2 className={css.title}>{title}</h2>
      {help && <p className={css.help}>{help}</p>}
    </>
  );
}
