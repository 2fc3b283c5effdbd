import { Button, Center, Loader } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { client, want } from "../api/client";
import { configQuery } from "../api/queries";
import type { Door, Task } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Failure } from "../ui/notice";
import { useTitle } from "../ui/title";
import { progressOf } from "./array";
import { isFinal } from "./state";

/** Opens what a task serves, in a tab of its own. */
export function OpenWeb({ task }: { task: Task }) {
  const config = useQuery(configQuery).data;
  const port = task.requirements.web_port;
  if (!port || isFinal(task) || progressOf(task) || !config) return null;
  const early = task.status.primary !== "running";
  const title = !config.web_port
    ? text.web.off
    : early
      ? text.web.early
      : config.web_port === "shared"
        ? text.web.shared
        : text.web.help;
  const label = { leftSection: <Icon name="out" />, title, children: text.web.open(port) };
  if (early || !config.web_port) return <Button variant="default" disabled {...label} />;
  return (
    <Button
      {...label}
      renderRoot={(props) => (
        <Link to="/task/$id/web" params={{ id: String(task.id) }} target="_blank" rel="noopener" {...props} />
      )}
    />
  );
}

/** Goes on to what a task serves, with a ticket that the server gives. */
export function EnterWeb({ id }: { id: number }) {
  useTitle(text.web.title(id));
  const began = useRef(false);
  const door = useMutation({
    mutationFn: () => want(client.POST("/task/{id}/web", { params: { path: { id: String(id) } } })),
    onSuccess: enter,
  });
  const ask = door.mutate;
  useEffect(() => {
    if (!began.current) ask();
    began.current = true;
  }, [ask]);
  if (door.isError) return <Failure error={door.error} retry={() => ask()} />;
  return (
    <Center h={220}>
      <Loader aria-label={text.web.opening(id)} />
    </Center>
  );
}

/** Sends the ticket in a form, so that no address has it. The door wants to know that it comes from this page. */
function enter({ url, ticket }: Door): void {
  const referrer = document.createElement("meta");
  referrer.name = "referrer";
  referrer.content = "strict-origin";
  document.head.append(referrer);
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "ticket";
  field.value = ticket;
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}
