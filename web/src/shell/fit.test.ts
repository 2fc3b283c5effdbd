import { expect, test } from "vitest";
import { fitting } from "./fit";

const all = [
  { id: "tasks", label: "Tasks", group: "Go to", run: () => {} },
  { id: "cluster", label: "Cluster", group: "Go to", words: "nodes queue", run: () => {} },
  { id: "new", label: "New task", group: "Do", run: () => {} },
  { id: "kill", label: "Kill", group: "Task 12", run: () => {} },
];
const ids = (words: string) => fitting(all, words).map(({ id }) => id);

test("the open screen comes first", () => expect(ids("")).toEqual(["kill", "new", "tasks", "cluster"]));
test("every word has to be there", () => expect(ids("task new")).toEqual(["new"]));
test("what begins so comes first", () => expect(ids("tas")).toEqual(["tasks", "kill", "new"]));
test("other words find it too", () => expect(ids("queue")).toEqual(["cluster"]));
test("nothing", () => expect(ids("xyz")).toEqual([]));
