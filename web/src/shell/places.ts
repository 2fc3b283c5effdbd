import { useRouter } from "@tanstack/react-router";
import type { User } from "../api/types";
import { text } from "../text";

/** A screen that the header leads to. */
export interface Place {
  to: string;
  label: string;
  key: string; // after g
  admin?: boolean; // for administrators only
}

const places: Place[] = [
  { to: "/", label: text.shell.places.tasks, key: "t" },
  { to: "/dashboard", label: text.shell.places.dashboard, key: "d" },
  { to: "/cluster", label: text.shell.places.cluster, key: "c" },
  { to: "/recipes", label: text.recipe.title, key: "r" },
  { to: "/projects", label: text.shell.places.projects, key: "p" },
  { to: "/admin", label: text.shell.places.admin, key: "a", admin: true },
];

/** The screens that a person may go to. */
export function usePlaces(user: User): Place[] {
  const { routesByPath } = useRouter();
  return places.filter(({ to, admin }) => to in routesByPath && (!admin || user.admin));
}
