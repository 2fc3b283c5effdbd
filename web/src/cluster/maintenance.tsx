import { useQuery } from "@tanstack/react-query";
import { cluster as t } from "../text/cluster";
import css from "./maintenance.module.css";
import { maintenanceQuery } from "./queries";

/** Says that the site takes no tasks now, and why, while that is so. */
export function Maintenance() {
  const maintenance = useQuery(maintenanceQuery).data;
  if (!maintenance?.on) return null;
  return (
    <p className={`note ${css.banner}`} data-tone="warn" role="status">
      <strong>{t.maintenance}</strong> {maintenance.reason}
    </p>
  );
}
