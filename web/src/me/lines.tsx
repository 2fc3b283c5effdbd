import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { words } from "../api/problem";
import { Trouble } from "../ui/trouble";
import css from "./me.module.css";

interface Props<T> {
  query: UseQueryResult<T[]>;
  none: string;
  children: (item: T) => ReactNode;
}

/** A list of few things, while it comes, when there are none, and when it cannot be had. */
export function Lines<T>({ query, none, children }: Props<T>) {
  if (query.data === undefined)
    return query.isError ? <Trouble>{words(query.error)}</Trouble> : <Skeleton height={52} radius="sm" />;
  if (query.data.length === 0) return <p className={css.none}>{none}</p>;
  return <ul className={css.lines}>{query.data.map(children)}</ul>;
}
