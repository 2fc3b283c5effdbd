import { useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import type { User } from "../api/types";
import { text } from "../text";
import { late } from "../ui/late";
import { useCommands } from "./commands";
import { listen } from "./keys";
import { usePlaces } from "./places";

const Palette = late(() => import("./palette").then(({ Palette }) => Palette));
const Help = late(() => import("./help").then(({ Help }) => Help));

const showPalette = "godocker:palette";

/** Opens the palette from anywhere. */
export function openPalette(): void {
  document.dispatchEvent(new Event(showPalette));
}

/** The commands that every screen has, and what shows them. */
export function SiteCommands({ user }: { user: User }) {
  const navigate = useNavigate();
  const places = usePlaces(user);
  const [shown, show] = useState<"palette" | "help">();
  const { go, do: act, help } = text.shell.groups;
  // What is last comes first in the palette, and what a screen has before that.
  useCommands([
    { id: "palette", label: text.shell.palette, group: help, keys: "mod+k", run: () => show("palette") },
    { id: "help", label: text.shell.keysTitle, group: help, keys: "?", run: () => show("help") },
    {
      id: "new",
      label: text.nav.newTask,
      group: act,
      keys: "n",
      run: () => void navigate({ to: "/task/new" }),
    },
    ...places.map(({ to, label, key }) => ({
      id: `go-${key}`,
      label,
      group: go,
      keys: `g ${key}`,
      run: () => void navigate({ to }),
    })),
  ]);
  useEffect(listen, []);
  useEffect(() => {
    const open = () => show("palette");
    document.addEventListener(showPalette, open);
    return () => document.removeEventListener(showPalette, open);
  }, []);
  const close = () => show(undefined);
  return (
    <Suspense>
      {shown === "palette" && <Palette open close={close} />}
      {shown === "help" && <Help open close={close} />}
    </Suspense>
  );
}
