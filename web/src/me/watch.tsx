import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { startNotices } from "../live/notices";
import { preferencesQuery } from "./queries";

/** Has the browser tell of tasks that end, for who wants it. It shows nothing itself. */
export function Watch({ user }: { user: string }) {
  const on = useQuery(preferencesQuery(user)).data?.notices ?? false;
  const navigate = useNavigate();
  const go = useRef(navigate);
  go.current = navigate; // whatever it is at each screen, the stream goes on
  useEffect(() => {
    if (!on) return;
    return startNotices(user, (id) => void go.current({ to: "/task/$id", params: { id: String(id) } }));
  }, [on, user]);
  return null;
}
