import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, useState } from "react";
import { words } from "../api/problem";
import meCss from "../me/me.module.css";
import { text } from "../text";
import { late } from "../ui/late";
import { Trouble } from "../ui/trouble";
import { amount } from "./amount";
import css from "./project.module.css";
import { memberUsageQuery, projectUsageQuery } from "./queries";
import { type Measure, stackOf } from "./stack";

const Bars = late(() => import("./bars").then((bars) => bars.default));

/** Who used how much of a project, day by day, as a picture and in numbers. */
export function Use({ id }: { id: string }) {
  const [measure, setMeasure] = useState<Measure>("cpu");
  const days = useQuery(projectUsageQuery(id));
  const usage = useQuery(memberUsageQuery(id));
  const stack = useMemo(
    () =>
      stackOf(
        usage.data ?? [],
        (days.data ?? []).map(({ date }) => date),
        measure,
      ),
    [usage.data, days.data, measure],
  );
  const failed = [days, usage].find((query) => query.isError && !query.data);
  if (failed) return <Trouble>{words(failed.error)}</Trouble>;
  if (!days.data || !usage.data) return <Skeleton height={240} />;
  const total = stack.members.reduce((sum, member) => sum + member.total, 0);
  return (
    <div className={css.use}>
      <SegmentedControl
        size="xs"
        aria-label={text.project.measure}
        data={(["cpu", "ram", "time"] as const).map((value) => ({ value, label: text.project.kinds[value] }))}
        value={measure}
        onChange={(value) => setMeasure(value as Measure)}
      />
      {total === 0 ? (
        <p className={meCss.none}>{text.project.unused(days.data.length)}</p>
      ) : (
        <>
          <Suspense fallback={<Skeleton height={220} />}>
            <Bars stack={stack} />
          </Suspense>
          <table className={css.shares}>
            <caption className="unseen">{text.project.use}</caption>
            <thead>
              <tr>
                <th scope="col">{text.project.member}</th>
                <th scope="col">{text.project.kinds[measure]}</th>
                <th scope="col">{text.project.share}</th>
              </tr>
            </thead>
            <tbody>
              {stack.members.map(({ user, total: own }, i) => (
                <tr key={user}>
                  <th scope="row">
                    <span className={css.key} data-nth={user === "" ? "rest" : i} aria-hidden="true" />
                    {user || text.project.others}
                  </th>
                  <td className="numbers">{amount(measure, own)}</td>
                  <td className="numbers">{Math.round((100 * own) / total)} %</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}
